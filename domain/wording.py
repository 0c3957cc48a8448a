"""What people read: names of events, phases and standings, Vietnamese first, English second."""

from typing import Literal

Language = Literal["vi", "en"]

EVENT_NAMES: dict[str, tuple[str, str]] = {
    "DirectiveIssued": ("Giao nhiệm vụ", "Directive issued"),
    "DirectiveAcknowledged": ("Đã tiếp nhận", "Acknowledged"),
    "DirectiveBegun": ("Thực hiện ngay", "To be carried out at once"),
    "OfficerAssigned": ("Phân công chuyên viên", "Officer assigned"),
    "OfficerReleased": ("Trả việc về đơn vị", "Officer released"),
    "ProgressReported": ("Báo cáo tiến độ", "Progress reported"),
    "ReminderDue": ("Đôn đốc", "Reminder"),
    "DeadlineMissed": ("Quá hạn", "Deadline missed"),
    "Escalated": ("Báo cáo vượt cấp", "Escalated"),
    "DeadlineChanged": ("Điều chỉnh thời hạn", "Deadline changed"),
    "CompletionReported": ("Báo cáo hoàn thành", "Completion reported"),
    "CompletionApproved": ("Thủ trưởng đơn vị xác nhận", "Completion approved by the head of the unit"),
    "CompletionAccepted": ("Xác nhận hoàn thành", "Completion accepted"),
    "CompletionRejected": ("Yêu cầu thực hiện lại", "Result rejected, rework"),
    "DirectiveWithdrawn": ("Thu hồi nhiệm vụ", "Directive withdrawn"),
    "Commented": ("Ý kiến", "Comment"),
    "PartResultReported": ("Đơn vị phối hợp báo cáo kết quả", "Part result reported"),
    "ExtensionRequested": ("Đề nghị gia hạn", "Extension requested"),
    "ExtensionGranted": ("Đồng ý gia hạn", "Extension granted"),
    "ExtensionRefused": ("Không đồng ý gia hạn", "Extension refused"),
    "DirectiveDeclined": ("Trả lại nhiệm vụ", "Directive declined"),
    "DeclineSettled": ("Giải quyết việc trả lại", "Decline settled"),
    "UnitsSucceeded": ("Chuyển theo đơn vị kế thừa", "Followed units to their successors"),
    "DirectiveReassigned": ("Chuyển đơn vị chủ trì", "Directive reassigned"),
    "SubdirectiveIssued": ("Giao lại", "Sub-directive issued"),
    "SubdirectiveDeadlineChanged": ("Thời hạn nhiệm vụ giao lại thay đổi", "Deadline of a sub-directive changed"),
    "SubdirectiveClosed": ("Nhiệm vụ giao lại kết thúc", "Sub-directive closed"),
    "DirectiveSuspended": ("Tạm hoãn", "Directive suspended"),
    "DirectiveResumed": ("Tiếp tục thực hiện", "Directive resumed"),
    "FileAttached": ("Đính kèm tệp", "File attached"),
    "SignalRefused": ("Tín hiệu bị từ chối", "Signal refused"),
    "NotificationSent": ("Đã gửi thông báo", "Notification sent"),
    "NotificationFailed": ("Không gửi được thông báo", "Notification failed"),
}

REGISTRY_EVENT_NAMES: dict[str, tuple[str, str]] = {
    "PolicyAdopted": ("Ban hành phiên bản chính sách", "Policy version adopted"),
    "CalendarDecided": ("Quyết định lịch làm việc", "Working calendar decided"),
    "LogKeyAdopted": ("Dùng khoá ký mới", "Log key adopted"),
    "UnitEstablished": ("Thành lập đơn vị", "Unit established"),
    "UnitRevised": ("Đổi tên, sắp xếp đơn vị", "Unit revised"),
    "UnitEnded": ("Đơn vị kết thúc", "Unit ended"),
    "PersonRegistered": ("Thêm người dùng", "Person registered"),
    "PersonMoved": ("Chuyển công tác", "Person moved"),
    "PersonRenamed": ("Đổi tên người dùng", "Person renamed"),
    "PersonDeactivated": ("Ngừng tài khoản", "Person deactivated"),
    "PersonReactivated": ("Mở lại tài khoản", "Person reactivated"),
    "SubstitutionDecided": ("Uỷ quyền", "Substitution decided"),
    "SubstitutionEnded": ("Thôi uỷ quyền", "Substitution ended"),
}
"""Events of the registries."""

REGISTRY_NAMES: dict[str, tuple[str, str]] = {
    "policies": ("Chính sách", "Policies"),
    "calendar": ("Lịch làm việc", "Working calendar"),
    "directory": ("Đơn vị và người dùng", "Units and people"),
    "keys": ("Khoá của nhật ký", "Keys of the log"),
}

PHASE_NAMES: dict[str, tuple[str, str]] = {
    "issued": ("Chưa thực hiện", "Issued"),
    "in_progress": ("Đang thực hiện", "In progress"),
    "awaiting_acceptance": ("Chờ xác nhận", "Awaiting acceptance"),
    "completed": ("Đã hoàn thành", "Completed"),
    "suspended": ("Tạm hoãn", "Suspended"),
    "declined": ("Từ chối", "Declined"),
    "withdrawn": ("Đã thu hồi", "Withdrawn"),
}

EXTENSION_NAMES: dict[str, tuple[str, str]] = {
    "pending": ("đang chờ", "pending"),
    "granted": ("đồng ý", "granted"),
    "refused": ("không đồng ý", "refused"),
    "lapsed": ("hết hiệu lực", "lapsed"),
}

STOP_NAMES: dict[str, tuple[str, str]] = {
    "other_body": ("Chờ cơ quan khác", "Waits for another body"),
    "legal_procedure": ("Chờ thủ tục pháp lý", "Waits for a legal procedure"),
    "funding": ("Chờ kinh phí", "Waits for funding"),
    "force_majeure": ("Bất khả kháng", "Force majeure"),
    "other": ("Lý do khác", "Another reason"),
    "decline_undecided": ("Chờ giải quyết trả lại", "Decline not settled yet"),
    "extension_undecided": ("Chờ giải quyết gia hạn", "Extension not decided yet"),
}

TIMELINESS_NAMES: dict[str, tuple[str, str]] = {
    "in_time": ("Trong hạn", "In time"),
    "due_soon": ("Sắp đến hạn", "Due soon"),
    "overdue": ("Quá hạn", "Overdue"),
    "no_deadline": ("Không hạn", "No deadline"),
}

CELL_NAMES: dict[str, tuple[str, str]] = {
    "completed_in_time": ("Hoàn thành trong hạn", "Completed in time"),
    "completed_overdue": ("Hoàn thành quá hạn", "Completed late"),
    "completed_no_deadline": ("Hoàn thành, không hạn", "Completed, no deadline"),
    "open_in_time": ("Chưa hoàn thành, trong hạn", "Open, in time"),
    "open_overdue": ("Chưa hoàn thành, quá hạn", "Open, overdue"),
    "open_no_deadline": ("Chưa hoàn thành, không hạn", "Open, no deadline"),
    "withdrawn": ("Đã thu hồi", "Withdrawn"),
}

URGENCY_NAMES: dict[str, tuple[str, str]] = {
    "thuong": ("Thường", "Ordinary"),
    "khan": ("Khẩn", "Urgent"),
    "thuong_khan": ("Thượng khẩn", "Very urgent"),
    "hoa_toc": ("Hoả tốc", "Express"),
}

SOURCE_NAMES: dict[str, tuple[str, str]] = {
    "conclusion_notice": ("Thông báo kết luận", "Conclusion notice"),
    "dispatch": ("Công văn", "Dispatch"),
    "urgent_dispatch": ("Công điện", "Urgent dispatch"),
    "decision": ("Quyết định", "Decision"),
    "resolution": ("Nghị quyết", "Resolution"),
    "plan": ("Kế hoạch", "Plan"),
    "petition": ("Kiến nghị, đơn thư", "Petition"),
    "news": ("Bản tin", "News bulletin"),
    "other": ("Văn bản khác", "Other document"),
}
"""Kinds of source documents (văn bản giao nhiệm vụ)."""

ROLE_NAMES: dict[str, tuple[str, str]] = {
    "leader": ("Lãnh đạo", "Leader"),
    "office": ("Văn phòng theo dõi", "Office"),
    "unit_head": ("Thủ trưởng đơn vị", "Head of unit"),
    "officer": ("Chuyên viên", "Officer"),
    "auditor": ("Kiểm toán", "Auditor"),
    "admin": ("Quản trị", "Administrator"),
}

AWAITED_NAMES: dict[str, tuple[str, str]] = {
    "decline": ("Giải quyết việc trả lại", "Decline to be settled"),
    "acceptance": ("Người giao xác nhận hoàn thành", "Result to be accepted"),
    "approval": ("Thủ trưởng xác nhận hoàn thành", "Result to be approved in the unit"),
    "extension": ("Quyết định gia hạn", "Extension to be decided"),
}

UNIT_KIND_NAMES: dict[str, tuple[str, str]] = {
    "office": ("Cơ quan, văn phòng", "Office"),
    "department": ("Phòng chuyên môn", "Department"),
    "agency": ("Đơn vị sự nghiệp, cơ quan ngành dọc", "Agency"),
    "police": ("Công an", "Police"),
    "ward": ("Phường, xã", "Ward"),
}

AUDIENCE_NAMES: dict[str, tuple[str, str]] = {
    "lead_unit_heads": ("thủ trưởng đơn vị chủ trì", "heads of the lead unit"),
    "officer": ("chuyên viên thực hiện", "the officer"),
    "issuer": ("người giao", "the issuer"),
    "coordinating_units": ("các đơn vị phối hợp", "coordinating units"),
    "informed_units": ("các đơn vị nhận để biết", "informed units"),
    "office": ("văn phòng theo dõi", "the office"),
    "leaders": ("lãnh đạo", "the leaders"),
}
"""Whom a policy has told."""

STEP_NAMES: dict[str, tuple[str, str]] = {
    "reminder": ("Đôn đốc", "Reminder"),
    "deadline": ("Hết hạn", "Deadline"),
    "escalation": ("Báo cáo vượt cấp", "Escalation"),
}
"""Steps around a deadline."""

CHOICE_NAMES: dict[str, tuple[str, str]] = {
    "fewest_open": ("Ít việc nhất", "Fewest open directives"),
    "turn": ("Lần lượt", "In turn"),
    "experience": ("Đã từng làm việc tương tự", "Experience"),
    "lot": ("Bốc thăm", "By lot"),
}

SETTLEMENT_NAMES: dict[str, tuple[str, str]] = {
    "sent_back": ("Yêu cầu đơn vị tiếp tục", "Sent back: the unit goes on"),
    "reassigned": ("Chuyển đơn vị khác", "Reassigned to another unit"),
    "upheld": ("Chấp nhận trả lại, kết thúc nhiệm vụ", "Upheld: the directive ends"),
}


RECURRENCE_NAMES: dict[str, tuple[str, str]] = {
    "active": ("Đang chạy", "Active"),
    "paused": ("Tạm dừng", "Paused"),
    "ended": ("Đã kết thúc", "Ended"),
}

CHANGE_NAMES: dict[str, tuple[str, str]] = {
    "set_up": ("Lập nhiệm vụ định kỳ", "Set up"),
    "paused": ("Tạm dừng", "Paused"),
    "resumed": ("Tiếp tục", "Resumed"),
    "ended": ("Kết thúc", "Ended"),
    "backfilled": ("Giao bù", "Backfilled"),
}

OPENED_NAMES: dict[str, tuple[str, str]] = {
    "directive": ("Xem nhiệm vụ", "Directive"),
    "subdirectives": ("Xem các nhiệm vụ giao lại", "Sub-directives"),
    "officers": ("Xem chuyên viên có thể giao", "Possible officers"),
    "events": ("Xem lịch sử", "History"),
    "replay": ("Diễn lại", "Replay"),
    "conformance": ("Đối chiếu quy định", "Conformance"),
    "file": ("Mở tệp đính kèm", "Attached file"),
    "recurrence": ("Xem nhiệm vụ định kỳ", "Recurring directive"),
    "feed": ("Nhận dòng sự kiện", "Feed of events"),
    "bundle": ("Lấy gói chứng cứ", "Bundle"),
    "export": ("Xuất dữ liệu", "Export"),
    "audit": ("Tra cứu kiểm toán", "Audit"),
    "reads": ("Tra cứu lượt xem", "Reads"),
}
"""What a reader opened."""

DOOR_NAMES: dict[str, tuple[str, str]] = {
    "api": ("Chương trình (API)", "Program (API)"),
    "console": ("Dòng lệnh", "Command line"),
    "page": ("Trang web", "Web page"),
}
"""Through what a reader came in."""

MODE_NAMES: dict[str, tuple[str, str]] = {
    "each": ("Từng thông báo, ngay khi có", "Each notice, at once"),
    "daily": ("Một thư tổng hợp mỗi sáng", "One digest in the morning"),
    "urgent_only": ("Chỉ việc gấp", "Only what presses"),
    "off": ("Không gửi thư", "No mail"),
}
"""What somebody may choose for a channel out of the house."""

MODE_EXPLAINED: dict[str, tuple[str, str]] = {
    "each": ("Như khi chưa chọn gì.", "As it is for who has chosen nothing."),
    "daily": (
        "Lúc 07:30 các ngày làm việc: thông báo mới, việc quá hạn và việc đến hạn trong ba ngày làm việc. "
        "Việc thượng khẩn, hoả tốc vẫn được báo ngay.",
        "At 07:30 on working days: new notices, what is overdue, what is due within three working days. Directives that are very "
        "urgent or express are told of at once.",
    ),
    "urgent_only": (
        "Đôn đốc, quá hạn, báo cáo vượt cấp, việc chờ bạn quyết định, và mọi thông báo của việc thượng khẩn, hoả tốc.",
        "Reminders, overdue, escalations, decisions that wait for you, and all about very urgent and express directives.",
    ),
    "off": ("Bạn tự xem hộp thông báo.", "You look into your inbox yourself."),
}

DELIVERY_NAMES: dict[str, tuple[str, str]] = {
    "waiting": ("Đang chờ gửi", "Waiting"),
    "sent": ("Đã gửi", "Sent"),
    "dead": ("Không gửi được", "Given up"),
}
"""Where a message to another system stands."""

WEBHOOK_NAMES: dict[str, tuple[str, str]] = {
    "active": ("Đang hoạt động", "Active"),
    "paused": ("Tạm dừng", "Paused"),
}

DIGEST_NAMES: dict[str, tuple[str, str]] = {
    "waiting": ("Đang chờ gửi", "Waiting"),
    "sent": ("Đã gửi", "Sent"),
    "nothing": ("Không có gì để báo", "Nothing to tell"),
    "refused": ("Máy chủ thư không nhận", "Refused by the mail server"),
}
"""What became of a morning's digest."""

POINT_NAMES: dict[str, tuple[str, str]] = {
    "person": ("rõ người (lead_unit)", "person (lead_unit)"),
    "work": ("rõ việc (title, content)", "work (title, content)"),
    "time": ("rõ thời gian (deadline)", "time (deadline)"),
    "result": ("rõ kết quả (expected_result)", "result (expected_result)"),
}

CLEAR_NAMES: dict[str, tuple[str, str]] = {
    "person": ("rõ người", "who"),
    "work": ("rõ việc", "what"),
    "time": ("rõ thời gian", "by when"),
    "result": ("rõ kết quả", "which result"),
}
"""The four clear points for readers; POINT_NAMES adds the fields, for who has to fill them in."""


def named(names: dict[str, tuple[str, str]], key: str, language: str = "vi") -> str:
    """The name of `key` in `language`; the key itself where no name is known."""
    vietnamese, english = names.get(key, (key, key))
    return english if language == "en" else vietnamese
