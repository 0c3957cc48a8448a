"""Reading history back, for people who must be able to rely on it. Never imports workflows or activities."""
