"""Simulation: units that behave by stated distributions, on virtual time, under the very rules of the domain."""
