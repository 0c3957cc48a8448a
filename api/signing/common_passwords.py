"""Passwords that are tried first, of the lengths that are allowed at all: none of them is taken (NIST SP 800-63B, 5.1.1.2)."""

_LIST = """
0123456789 1234567890 12345678910 123456789a 1234567899 0987654321 9876543210 1234512345 1231231234 1122334455
123456123456 1234567891 12345678901 123456789012 1111122222 1020304050 147258369a 1472583690
qwertyuiop qwerty1234 qwerty12345 qwerty123456 1q2w3e4r5t 1qaz2wsx3edc qazwsxedc1 asdfghjkl1 zxcvbnm123 abcd123456
abc1234567 abcdefghij a123456789 aa12345678 aa123456789 abc123456789
password12 password123 password1234 passw0rd123 p@ssw0rd123 p@ssword123 p@ssw0rd1234 mypassword1 adminadmin admin12345
admin123456 administrator letmein123 welcome123 welcome1234 iloveyou123 changeme123 superman123 football123
matkhau123 matkhau1234 matkhau12345 matkhaumoi matkhaucuatoi matkhaumacdinh quantrivien quantri123 quantri1234
vietnam123 vietnam1234 vietnam2024 vietnam2025 vietnam2026 vietnamvodich hanoi12345 hanoi123456 hanoivietnam saigon12345
anhyeuem123 emyeuanh123 anhyeuemnhieu emyeuanhnhieu yeuemnhieu chucmungnammoi khongbiet123 khongcogi123
uybannhandan ubndquan123 ubndphuong vanphong123 vanphong1234 congvan123 dondoc1234 dondoc12345 dondoc123456
nhiemvu1234 chutich123 chuyenvien123 nhanvien123
"""

COMMON = frozenset(_LIST.split())
"""In lower case, without accents and without spaces."""
