"""What simulated directives are about. Invented, and marked as such in every content."""

from random import Random

_TASKS = (
    "Rà soát",
    "Báo cáo",
    "Tham mưu giải quyết",
    "Kiểm tra",
    "Xây dựng kế hoạch",
    "Tổng hợp số liệu",
    "Đề xuất phương án",
    "Hoàn thiện hồ sơ",
)
_MATTERS = (
    ("giải phóng mặt bằng tuyến đường gom", "Phương án được phê duyệt"),
    ("cấp giấy chứng nhận quyền sử dụng đất", "Danh sách hồ sơ đã giải quyết"),
    ("trật tự xây dựng", "Biên bản kiểm tra"),
    ("vệ sinh môi trường, thu gom rác thải", "Báo cáo kết quả"),
    ("phòng cháy, chữa cháy tại chung cư", "Biên bản kiểm tra"),
    ("thu ngân sách", "Biểu số liệu có xác nhận"),
    ("giải ngân vốn đầu tư công", "Biểu số liệu có xác nhận"),
    ("an toàn thực phẩm tại các chợ", "Báo cáo kết quả"),
    ("tuyển sinh đầu cấp", "Kế hoạch được phê duyệt"),
    ("cải cách hành chính", "Báo cáo kết quả"),
    ("chuyển đổi số", "Báo cáo kết quả"),
    ("chi trả trợ cấp cho hộ nghèo", "Danh sách chi trả"),
    ("tiếp công dân, giải quyết đơn thư", "Văn bản trả lời"),
    ("phòng, chống úng ngập mùa mưa", "Phương án được phê duyệt"),
    ("lễ hội, di tích trên địa bàn", "Kế hoạch được phê duyệt"),
    ("sử dụng vỉa hè, lòng đường", "Biên bản kiểm tra"),
    ("tinh giản biên chế", "Đề án được phê duyệt"),
    ("tuyến phố không rác", "Báo cáo kết quả"),
)
SIMULATED = "Nhiệm vụ do trình mô phỏng tạo."


def drawn_matter(random: Random) -> tuple[str, str, str]:
    """A title, a content and an expected result."""
    matter, result = random.choice(_MATTERS)
    title = f"{random.choice(_TASKS)} công tác {matter}"
    return title, f"{title} theo chỉ đạo của lãnh đạo. {SIMULATED}", result
