"""Refusals: a command answered with "no", by a stable code, with words in Vietnamese and English."""

from enum import StrEnum

from pydantic import Field

from domain.model import Value


class Code(StrEnum):
    """The stable codes of refusals. A code never changes its meaning and never goes away."""

    FOUR_CLEAR_INCOMPLETE = "four_clear_incomplete"
    CLASSIFIED_REFUSED = "classified_refused"
    UNKNOWN_UNIT = "unknown_unit"
    UNIT_ENDED = "unit_ended"
    UNKNOWN_PARENT = "unknown_parent"
    UNKNOWN_OFFICER = "unknown_officer"
    UNKNOWN_POLICY = "unknown_policy"
    COORDINATING_IS_LEAD = "coordinating_is_lead"
    UNIT_NAMED_TWICE = "unit_named_twice"
    DEADLINE_IN_PAST = "deadline_in_past"
    DEADLINE_TOO_FAR = "deadline_too_far"
    DEADLINE_UNCHANGED = "deadline_unchanged"
    OFFICER_UNCHANGED = "officer_unchanged"
    OFFICER_TAKEN = "officer_taken"
    NO_OFFICER = "no_officer"
    NOBODY_TO_CHOOSE = "nobody_to_choose"
    NOT_PERMITTED = "not_permitted"
    NOT_POSSIBLE_NOW = "not_possible_now"
    SAME_PERSON = "same_person"
    APPROVAL_MISSING = "approval_missing"
    EXTENSION_PENDING = "extension_pending"
    EXTENSION_NOT_PENDING = "extension_not_pending"
    EXTENSION_NOT_LATER = "extension_not_later"
    EXTENSION_TOO_LATE = "extension_too_late"
    EXTENSIONS_USED_UP = "extensions_used_up"
    NO_DEADLINE_TO_EXTEND = "no_deadline_to_extend"
    OWN_REQUEST = "own_request"
    UNIT_UNCHANGED = "unit_unchanged"
    UNIT_AMBIGUOUS = "unit_ambiguous"
    NOT_COORDINATING = "not_coordinating"
    NOT_SUBORDINATE = "not_subordinate"
    DELEGATION_CYCLE = "delegation_cycle"
    PARENT_CLOSED = "parent_closed"
    PARENT_NOT_AT_WORK = "parent_not_at_work"
    OPEN_SUBDIRECTIVES = "open_subdirectives"
    DEADLINE_PAST_PARENT = "deadline_past_parent"
    DEADLINE_BEFORE_SUBDIRECTIVES = "deadline_before_subdirectives"
    SUSPENSION_IN_PAST = "suspension_in_past"
    SUSPENSION_TOO_LONG = "suspension_too_long"
    STALE_VERSION = "stale_version"
    ALREADY_ISSUED = "already_issued"
    UNKNOWN_DIRECTIVE = "unknown_directive"
    UNKNOWN_RECURRENCE = "unknown_recurrence"
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    UNKNOWN_PERIOD = "unknown_period"
    PERIOD_OUT_OF_REACH = "period_out_of_reach"
    TOO_MANY_PERIODS = "too_many_periods"
    NO_PERIOD_LEFT = "no_period_left"
    RECURRENCE_NOT_IN_STATUS = "recurrence_not_in_status"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    UNKNOWN_FILE = "unknown_file"
    UNKNOWN_ATTACHMENT = "unknown_attachment"
    FILE_NAME_REFUSED = "file_name_refused"
    FILE_ALREADY_ATTACHED = "file_already_attached"
    TOO_MANY_FILES = "too_many_files"
    CALENDAR_DAY_OFF = "calendar_day_off"
    CALENDAR_DAY_WORKED = "calendar_day_worked"
    CALENDAR_DAY_TWICE = "calendar_day_twice"
    CALENDAR_DAY_DECIDED = "calendar_day_decided"
    CALENDAR_DAY_TOO_FAR = "calendar_day_too_far"
    CALENDAR_DECISION_KNOWN = "calendar_decision_known"
    CALENDAR_DECISION_UNKNOWN = "calendar_decision_unknown"


class Refusal(Value):
    """Why a command was refused. `params` fill the message and are given to machines beside the code."""

    code: Code
    params: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)

    def message(self, language: str) -> str:
        """What a person is told; `language` is "vi" or "en"."""
        vietnamese, english = _MESSAGES[self.code]
        words = {k: ", ".join(v) if isinstance(v, tuple) else v for k, v in self.params.items()}
        return (english if language == "en" else vietnamese).format_map(words)


def refuse(code: Code, **params: str | tuple[str, ...]) -> Refusal:
    """Shorthand for a refusal with its parameters."""
    return Refusal(code=code, params=params)


_MESSAGES: dict[Code, tuple[str, str]] = {
    Code.FOUR_CLEAR_INCOMPLETE: (
        "Chưa đủ “bốn rõ”: còn thiếu {missing}. Hãy bổ sung, hoặc ghi rõ lý do miễn (waivers).",
        "The four-clear gate is not met: missing {missing}. Add it, or waive it by name with a reason (waivers).",
    ),
    Code.CLASSIFIED_REFUSED: (
        "Nội dung mang dấu độ mật không được đưa vào hệ thống này; không có gì được lưu.",
        "Classified content must not enter this system; nothing was stored.",
    ),
    Code.UNKNOWN_PARENT: (
        "Không có nhiệm vụ cha {parent}, hoặc bạn không được xem nhiệm vụ đó.",
        "There is no parent directive {parent}, or you may not see it.",
    ),
    Code.UNKNOWN_UNIT: ("Không có đơn vị {unit} trong danh mục.", "There is no unit {unit} in the directory."),
    Code.UNIT_ENDED: (
        "Đơn vị {unit} ({name}) đã kết thúc từ ngày {ended_on}; đơn vị kế thừa: {successor} ({successor_name}).",
        "Unit {unit} ({name}) has ended on {ended_on}; its successor is {successor} ({successor_name}).",
    ),
    Code.UNKNOWN_OFFICER: (
        "{officer} không phải là chuyên viên hoặc thủ trưởng đang công tác tại đơn vị {unit}.",
        "{officer} is not an active officer or head of unit {unit}.",
    ),
    Code.UNKNOWN_POLICY: ("Không có chính sách {policy}.", "There is no policy {policy}."),
    Code.COORDINATING_IS_LEAD: (
        "Đơn vị phối hợp {unit} trùng với đơn vị chủ trì.",
        "The coordinating unit {unit} is the lead unit.",
    ),
    Code.UNIT_NAMED_TWICE: ("Đơn vị {unit} được nêu hai lần.", "Unit {unit} is named twice."),
    Code.DEADLINE_IN_PAST: ("Thời hạn {due_at} đã qua.", "The deadline {due_at} has passed."),
    Code.DEADLINE_TOO_FAR: (
        "Thời hạn {due_at} xa quá {years} năm.",
        "The deadline {due_at} is more than {years} years away.",
    ),
    Code.DEADLINE_UNCHANGED: ("Thời hạn mới trùng với thời hạn cũ.", "The new deadline equals the old one."),
    Code.OFFICER_UNCHANGED: ("{officer} đã được phân công rồi.", "{officer} is already assigned."),
    Code.OFFICER_TAKEN: ("{officer} đã nhận nhiệm vụ này.", "{officer} carries it out already."),
    Code.NO_OFFICER: ("Chưa có ai nhận nhiệm vụ này.", "Nobody carries it out."),
    Code.NOBODY_TO_CHOOSE: (
        "Đơn vị {unit} không có chuyên viên nào khác để chọn ({by}).",
        "Unit {unit} has no other officer to choose from ({by}).",
    ),
    Code.NOT_PERMITTED: (
        "Tài khoản {user} không có quyền thực hiện “{command}” với nhiệm vụ này.",
        "{user} may not {command} here.",
    ),
    Code.NOT_POSSIBLE_NOW: (
        "Không thể thực hiện “{command}” khi nhiệm vụ đang ở trạng thái {phase}. Có thể: {possible}.",
        "{command} is not possible in phase {phase}. Possible now: {possible}.",
    ),
    Code.SAME_PERSON: (
        "{user} đã báo cáo hoặc xác nhận kết quả này ở đơn vị; người khác phải nghiệm thu.",
        "{user} reported or approved this result in the unit; somebody else has to accept it.",
    ),
    Code.APPROVAL_MISSING: (
        "Thủ trưởng đơn vị chưa xác nhận hoàn thành (approve-completion).",
        "The head of the unit has not approved the completion yet (approve-completion).",
    ),
    Code.EXTENSION_PENDING: (
        "Đề nghị gia hạn lần {number} chưa được giải quyết.",
        "Extension request {number} has not been decided yet.",
    ),
    Code.EXTENSION_NOT_PENDING: ("Không có đề nghị gia hạn nào đang chờ.", "No extension request is waiting."),
    Code.EXTENSION_NOT_LATER: (
        "Thời hạn gia hạn phải sau thời hạn hiện tại {due_at}.",
        "An extended deadline must lie after the present one, {due_at}.",
    ),
    Code.EXTENSION_TOO_LATE: (
        "Chỉ được đề nghị gia hạn đến hết ngày {last_day} ({days} ngày sau thời hạn; {policy}, {rule}).",
        "An extension could be asked for until the end of {last_day} ({days} days after the deadline; {policy}, {rule}).",
    ),
    Code.EXTENSIONS_USED_UP: (
        "Đã gia hạn {granted} lần, không được gia hạn thêm ({policy}, {rule}).",
        "Extended {granted} times already; no more is possible ({policy}, {rule}).",
    ),
    Code.NO_DEADLINE_TO_EXTEND: (
        "Nhiệm vụ không có thời hạn nên không có gì để gia hạn.",
        "The directive has no deadline that could be extended.",
    ),
    Code.OWN_REQUEST: (
        "{user} không được tự quyết định đề nghị của mình; người khác phải giải quyết.",
        "{user} made this request; somebody else has to decide it.",
    ),
    Code.UNIT_UNCHANGED: ("{unit} đã là đơn vị chủ trì.", "{unit} leads already."),
    Code.UNIT_AMBIGUOUS: (
        "Bạn thay mặt nhiều đơn vị phối hợp ({units}); hãy nêu rõ đơn vị (unit).",
        "You stand for several coordinating units ({units}); name the one (unit).",
    ),
    Code.NOT_COORDINATING: (
        "{unit} không phải là đơn vị phối hợp mà bạn thay mặt.",
        "{unit} is no coordinating unit that you stand for.",
    ),
    Code.NOT_SUBORDINATE: (
        "{unit} không trực thuộc {over} và không phải đơn vị phối hợp, nên không thể giao lại.",
        "{unit} is neither under {over} nor a coordinating unit; it cannot be given this.",
    ),
    Code.DELEGATION_CYCLE: (
        "{unit} đang chủ trì nhiệm vụ này hoặc nhiệm vụ cấp trên của nó; giao lại sẽ thành vòng.",
        "{unit} leads this directive or one above it; giving it back would make a circle.",
    ),
    Code.PARENT_CLOSED: ("Nhiệm vụ cha {parent} đã kết thúc.", "The parent directive {parent} has ended."),
    Code.PARENT_NOT_AT_WORK: (
        "Nhiệm vụ cha {parent} đang ở trạng thái {phase}; chưa thể giao thêm việc bên dưới.",
        "The parent directive {parent} is in phase {phase}; nothing can be issued below it now.",
    ),
    Code.OPEN_SUBDIRECTIVES: (
        "Còn nhiệm vụ giao lại chưa kết thúc: {subdirectives}. Hãy chờ, hoặc nêu lý do bỏ qua (waive_open).",
        "Sub-directives are open: {subdirectives}. Wait for them, or say why that does not matter (waive_open).",
    ),
    Code.DEADLINE_PAST_PARENT: (
        "Thời hạn {due_at} vượt quá thời hạn {parent_due_at} của nhiệm vụ cha {parent}.",
        "The deadline {due_at} lies past that of the parent directive {parent}, {parent_due_at}.",
    ),
    Code.DEADLINE_BEFORE_SUBDIRECTIVES: (
        "Thời hạn {due_at} sớm hơn thời hạn của các nhiệm vụ giao lại {subdirectives}; hãy điều chỉnh chúng trước.",
        "The deadline {due_at} lies before those of the sub-directives {subdirectives}; move these first.",
    ),
    Code.SUSPENSION_IN_PAST: ("Thời điểm tiếp tục {until} đã qua.", "The end of the suspension, {until}, has passed."),
    Code.SUSPENSION_TOO_LONG: (
        "Tạm hoãn đến {until} là quá lâu; lâu nhất đến {longest} ({policy}, {rule}).",
        "A suspension until {until} is too long; at most until {longest} ({policy}, {rule}).",
    ),
    Code.STALE_VERSION: (
        "Nhiệm vụ đã thay đổi: phiên bản hiện tại là {version}, bạn dựa trên {expected}.",
        "The directive has changed: it is at version {version}, you relied on {expected}.",
    ),
    Code.ALREADY_ISSUED: ("Nhiệm vụ này đã được giao.", "This directive has already been issued."),
    Code.UNKNOWN_DIRECTIVE: ("Không tìm thấy nhiệm vụ.", "There is no such directive."),
    Code.UNKNOWN_RECURRENCE: ("Không tìm thấy nhiệm vụ định kỳ.", "There is no such recurrence."),
    Code.UNKNOWN_PLACEHOLDER: (
        "Mẫu có chỗ điền không dùng được: {placeholders}. Có thể dùng: {possible}.",
        "The template names placeholders that mean nothing here: {placeholders}. Possible: {possible}.",
    ),
    Code.UNKNOWN_PERIOD: (
        "“{period}” không phải là một kỳ của nhiệm vụ này; kỳ được viết như {example}.",
        "“{period}” is no period of this recurrence; one is written like {example}.",
    ),
    Code.PERIOD_OUT_OF_REACH: (
        "Kỳ {period} chưa đến lúc giao, hoặc nằm ngoài ngày đầu và ngày cuối của nhiệm vụ định kỳ.",
        "Period {period} is not to be issued yet, or lies outside the recurrence's first and last day.",
    ),
    Code.TOO_MANY_PERIODS: (
        "Mỗi lần giao bù từ 1 đến {most} kỳ; từ {first} đến {last} là {count} kỳ.",
        "1 to {most} periods are backfilled at once; from {first} to {last} there are {count}.",
    ),
    Code.NO_PERIOD_LEFT: (
        "Từ nay đến ngày cuối không còn kỳ nào để giao.",
        "There is no period left to issue until the last day.",
    ),
    Code.RECURRENCE_NOT_IN_STATUS: (
        "Không thể thực hiện “{command}” khi nhiệm vụ định kỳ ở trạng thái {recurrence_status}. Có thể: {possible}.",
        "{command} is not possible while the recurrence is {recurrence_status}. Possible now: {possible}.",
    ),
    Code.IDEMPOTENCY_KEY_REUSED: (
        "Mã lệnh này đã dùng cho một yêu cầu khác nội dung; hãy dùng mã mới.",
        "This command id or key was used with another body; use a new one.",
    ),
    Code.UNKNOWN_FILE: (
        "Bạn chưa tải tệp {sha256} lên; hãy gửi tệp tới /files trước.",
        "You have not uploaded a file {sha256}; send it to /files first.",
    ),
    Code.UNKNOWN_ATTACHMENT: (
        "Không có tệp này ở nhiệm vụ này, hoặc bạn không được xem nhiệm vụ.",
        "There is no such file on this directive, or you may not see the directive.",
    ),
    Code.FILE_NAME_REFUSED: (
        "Tên tệp {file_name} không khớp với kiểu {media_type}; đuôi tệp phải là: {extensions}.",
        "The file name {file_name} does not fit the type {media_type}; it must end in: {extensions}.",
    ),
    Code.FILE_ALREADY_ATTACHED: (
        "Tệp {file_name} với đúng nội dung này đã được đính kèm.",
        "The file {file_name} with this very content is attached already.",
    ),
    Code.TOO_MANY_FILES: (
        "Nhiệm vụ đã có {limit} tệp, là số nhiều nhất.",
        "The directive has {limit} files already, which is the most it may have.",
    ),
    Code.CALENDAR_DAY_OFF: ("{day} vốn đã là ngày nghỉ.", "{day} is a day off already."),
    Code.CALENDAR_DAY_WORKED: ("{day} vốn đã là ngày làm việc.", "{day} is a working day already."),
    Code.CALENDAR_DAY_TWICE: ("Ngày {day} được nêu hai lần.", "{day} is named twice."),
    Code.CALENDAR_DAY_DECIDED: (
        "Ngày {day} đã được quyết định tại {decision}; hãy bãi bỏ quyết định đó trước (calendar revert).",
        "{day} is decided by {decision}; take that decision back first (calendar revert).",
    ),
    Code.CALENDAR_DAY_TOO_FAR: (
        "Ngày {day} ở quá xa: chỉ nhận từ một năm trước đến ba năm sau hôm nay.",
        "{day} is too far away: a day lies between a year ago and three years ahead.",
    ),
    Code.CALENDAR_DECISION_KNOWN: (
        "Quyết định {decision} đã được nhập với các ngày khác: {days}.",
        "The decision {decision} has been entered with other days: {days}.",
    ),
    Code.CALENDAR_DECISION_UNKNOWN: (
        "Không có quyết định {decision} nào còn hiệu lực trong lịch.",
        "No decision {decision} is in force in the calendar.",
    ),
}
