"""How each command is asked for on a page: its words, and an input for each of its fields. Data, no rules."""

from dataclasses import dataclass
from typing import Literal

from api.language import Words
from domain.wording import CHOICE_NAMES, SETTLEMENT_NAMES, STOP_NAMES, URGENCY_NAMES

Kind = Literal[
    "line",
    "prose",
    "percent",
    "unit",
    "units",
    "officer",
    "deadline",
    "day",
    "choice",
    "check",
    "files",
    "coordinating",
]
"""What an input takes: `unit` and `units` from the directory, `officer` from the lead unit, `coordinating` of this directive."""


@dataclass(frozen=True)
class Input:
    """One field of a command: `name` as the command has it."""

    name: str
    kind: Kind
    label: Words
    help: Words | None = None
    required: bool = False
    options: tuple[tuple[str, Words], ...] = ()


@dataclass(frozen=True)
class CommandForm:
    """A command as a person gives it."""

    title: Words
    explains: Words
    button: Words
    inputs: tuple[Input, ...] = ()
    tone: Literal["main", "plain", "grave"] = "plain"
    """grave: it ends something, or takes it from somebody."""
    on_sight: bool = False
    """Whether it must be meant for the version that the person saw."""

    @property
    def at_once(self) -> bool:
        """Whether a single press of the button suffices."""
        return not any(one.required for one in self.inputs)


def _options(names: dict[str, Words], *leaving_out: str) -> tuple[tuple[str, Words], ...]:
    return tuple((key, words) for key, words in names.items() if key not in leaving_out)


_NOTE = Input("note", "prose", ("Ghi chú", "Note"))
_REASON = Input("reason", "prose", ("Lý do", "Reason"), required=True)
_DEADLINE = Input("deadline", "deadline", ("Thời hạn", "Deadline"), required=True)
_OTHER_DEADLINE = Input("deadline", "deadline", ("Thời hạn mới (nếu đổi)", "New deadline (if it changes)"))
_OVER_OPEN = Input(
    "waive_open",
    "line",
    ("Lý do bỏ qua nhiệm vụ giao lại còn mở", "Why open sub-directives do not matter"),
    ("Chỉ cần khi còn nhiệm vụ giao lại chưa kết thúc.", "Only where sub-directives have not ended yet."),
)

COMMAND_FORMS: dict[str, CommandForm] = {
    "acknowledge": CommandForm(
        ("Tiếp nhận", "Acknowledge"),
        ("Đơn vị nhận nhiệm vụ và bắt đầu thực hiện.", "The unit takes the directive on and begins."),
        ("Tiếp nhận", "Acknowledge"),
        (_NOTE,),
        "main",
    ),
    "claim": CommandForm(
        ("Nhận việc", "Take it"),
        ("Bạn trực tiếp thực hiện nhiệm vụ này.", "You carry this directive out yourself."),
        ("Tôi nhận việc này", "I take it"),
        (
            Input(
                "start",
                "check",
                ("Đơn vị tiếp nhận luôn trong cùng lần bấm", "The unit acknowledges it in the same act"),
            ),
        ),
        "main",
    ),
    "assign-officer": CommandForm(
        ("Phân công chuyên viên", "Assign an officer"),
        (
            "Chọn người thực hiện, hoặc chọn quy tắc để hệ thống phân công.",
            "Choose who carries it out, or the rule that chooses.",
        ),
        ("Phân công", "Assign"),
        (
            Input("officer", "officer", ("Chuyên viên", "Officer")),
            Input("choose", "choice", ("Hoặc theo quy tắc", "Or by a rule"), options=_options(CHOICE_NAMES)),
            Input("start", "check", ("Đơn vị tiếp nhận luôn", "The unit acknowledges it in the same act")),
            _NOTE,
        ),
    ),
    "release": CommandForm(
        ("Trả việc về đơn vị", "Give it back to the unit"),
        ("Việc trở lại đơn vị để phân công người khác.", "The unit may give it to somebody else."),
        ("Trả việc", "Give back"),
        (_REASON,),
    ),
    "report-progress": CommandForm(
        ("Báo cáo tiến độ", "Report progress"),
        ("Cho biết đã làm đến đâu, vướng mắc và đề xuất.", "How far it is, what stands in the way, what is proposed."),
        ("Gửi báo cáo", "Send report"),
        (
            Input("percent", "percent", ("Tiến độ (%)", "Progress (%)"), required=True),
            Input("note", "prose", ("Đã làm được", "Done so far")),
            Input("difficulties", "prose", ("Khó khăn, vướng mắc", "Difficulties")),
            Input("proposals", "prose", ("Đề xuất, kiến nghị", "Proposals")),
            Input("files", "files", ("Tệp kèm theo", "Files")),
        ),
        "main",
    ),
    "report-part": CommandForm(
        ("Báo cáo phần phối hợp", "Report your part"),
        ("Kết quả phần việc của đơn vị phối hợp.", "The result of the coordinating unit's own part."),
        ("Gửi báo cáo", "Send report"),
        (
            Input("unit", "coordinating", ("Đơn vị phối hợp", "Coordinating unit")),
            Input("result", "prose", ("Kết quả", "Result"), required=True),
        ),
    ),
    "report-completion": CommandForm(
        ("Báo cáo hoàn thành", "Report completion"),
        (
            "Nêu kết quả đạt được. Thủ trưởng đơn vị xác nhận, rồi người giao nghiệm thu.",
            "State the result. The head of the unit approves it, then the issuer accepts it.",
        ),
        ("Báo cáo hoàn thành", "Report completion"),
        (
            Input("result", "prose", ("Kết quả đạt được", "Result"), required=True),
            Input("files", "files", ("Tài liệu minh chứng", "Evidence")),
            _OVER_OPEN,
        ),
        "main",
        on_sight=True,
    ),
    "approve-completion": CommandForm(
        ("Xác nhận hoàn thành tại đơn vị", "Approve the completion"),
        ("Thủ trưởng đơn vị xác nhận kết quả trước khi người giao nghiệm thu.", "The head stands behind the result."),
        ("Xác nhận", "Approve"),
        (_NOTE,),
        "main",
        on_sight=True,
    ),
    "accept": CommandForm(
        ("Nghiệm thu, xác nhận hoàn thành", "Accept the result"),
        ("Nhiệm vụ kết thúc, tính là hoàn thành.", "The directive ends as completed."),
        ("Xác nhận hoàn thành", "Accept"),
        (_NOTE, _OVER_OPEN),
        "main",
        on_sight=True,
    ),
    "reject": CommandForm(
        ("Yêu cầu thực hiện lại", "Ask for rework"),
        ("Kết quả chưa đạt; đơn vị làm tiếp, thời hạn không đổi.", "The result does not do; the deadline stays."),
        ("Yêu cầu thực hiện lại", "Ask for rework"),
        (Input("reason", "prose", ("Chưa đạt ở điểm nào", "What is missing"), required=True),),
        "grave",
        on_sight=True,
    ),
    "request-extension": CommandForm(
        ("Đề nghị gia hạn", "Ask for more time"),
        (
            "Người giao quyết định; thời hạn ban đầu luôn được lưu.",
            "The issuer decides; the first deadline stays on record.",
        ),
        ("Gửi đề nghị", "Send request"),
        (Input("deadline", "deadline", ("Thời hạn đề nghị", "Deadline asked for"), required=True), _REASON),
    ),
    "grant-extension": CommandForm(
        ("Đồng ý gia hạn", "Grant the extension"),
        ("Theo thời hạn đơn vị đề nghị, hoặc một thời hạn khác.", "To the deadline asked for, or to another."),
        ("Đồng ý gia hạn", "Grant"),
        (Input("deadline", "deadline", ("Thời hạn khác (nếu có)", "Another deadline")), _NOTE),
        "main",
        on_sight=True,
    ),
    "refuse-extension": CommandForm(
        ("Không đồng ý gia hạn", "Refuse the extension"),
        ("Thời hạn giữ nguyên.", "The deadline stays."),
        ("Không đồng ý", "Refuse"),
        (_REASON,),
        "grave",
        on_sight=True,
    ),
    "decline": CommandForm(
        ("Trả lại nhiệm vụ", "Decline"),
        ("Khi nhiệm vụ không thuộc thẩm quyền của đơn vị.", "Where the unit is not competent."),
        ("Trả lại", "Decline"),
        (_REASON, Input("proposed_unit", "unit", ("Đề xuất chuyển cho", "Unit proposed instead"))),
        "grave",
        on_sight=True,
    ),
    "settle-decline": CommandForm(
        ("Giải quyết việc trả lại", "Settle the decline"),
        (
            "Chấp nhận (nhiệm vụ kết thúc), yêu cầu tiếp tục, hoặc chuyển đơn vị khác.",
            "Uphold it (the directive ends), send it back, or give it to another unit.",
        ),
        ("Quyết định", "Decide"),
        (
            Input(
                "settlement", "choice", ("Quyết định", "Decision"), required=True, options=_options(SETTLEMENT_NAMES)
            ),
            Input("lead_unit", "unit", ("Chuyển cho đơn vị", "Reassign to")),
            _REASON,
            _OTHER_DEADLINE,
        ),
        on_sight=True,
    ),
    "reassign": CommandForm(
        ("Chuyển đơn vị chủ trì", "Reassign"),
        (
            "Đơn vị cũ giữ phần lịch sử và phần chậm của mình.",
            "The former unit keeps its history and share of lateness.",
        ),
        ("Chuyển đơn vị", "Reassign"),
        (
            Input("lead_unit", "unit", ("Đơn vị chủ trì mới", "New lead unit"), required=True),
            _REASON,
            _OTHER_DEADLINE,
            _OVER_OPEN,
        ),
        "grave",
        on_sight=True,
    ),
    "delegate": CommandForm(
        ("Giao lại cho đơn vị trực thuộc", "Delegate"),
        (
            "Mỗi đơn vị nhận một nhiệm vụ con. Mục để trống lấy theo nhiệm vụ này.",
            "Each unit gets a sub-directive. What is left empty is taken from this directive.",
        ),
        ("Giao lại", "Delegate"),
        (
            Input("units", "units", ("Các đơn vị nhận", "Units"), required=True),
            Input("title", "line", ("Tên nhiệm vụ", "Title")),
            Input("content", "prose", ("Nội dung", "Content")),
            Input("expected_result", "prose", ("Kết quả cần đạt", "Expected result")),
            Input(
                "deadline",
                "deadline",
                ("Thời hạn", "Deadline"),
                ("Không vượt quá thời hạn của nhiệm vụ này.", "Not past the deadline of this directive."),
            ),
            Input("urgency", "choice", ("Độ khẩn", "Urgency"), options=_options(URGENCY_NAMES)),
        ),
    ),
    "suspend": CommandForm(
        ("Tạm hoãn", "Suspend"),
        ("Nêu rõ nguyên nhân và đang chờ ai.", "Say why, and on whom it waits."),
        ("Tạm hoãn", "Suspend"),
        (
            Input(
                "cause",
                "choice",
                ("Nguyên nhân", "Cause"),
                required=True,
                options=_options(STOP_NAMES, "decline_undecided", "extension_undecided"),
            ),
            _REASON,
            Input("waits_on", "line", ("Đang chờ", "Waits on")),
            Input("until", "day", ("Đến hết ngày", "Until the end of")),
        ),
        on_sight=True,
    ),
    "resume": CommandForm(
        ("Tiếp tục thực hiện", "Resume"),
        ("Đồng hồ chạy tiếp.", "The clock runs on."),
        ("Tiếp tục", "Resume"),
        (_NOTE,),
        "main",
        on_sight=True,
    ),
    "withdraw": CommandForm(
        ("Thu hồi nhiệm vụ", "Withdraw"),
        (
            "Nhiệm vụ kết thúc, không tính vào kết quả; lịch sử vẫn lưu.",
            "The directive ends without a result; its history stays.",
        ),
        ("Thu hồi", "Withdraw"),
        (_REASON, _OVER_OPEN),
        "grave",
        on_sight=True,
    ),
    "change-deadline": CommandForm(
        ("Điều chỉnh thời hạn", "Change the deadline"),
        ("Thời hạn ban đầu luôn được lưu.", "The first deadline stays on record."),
        ("Điều chỉnh", "Change"),
        (_DEADLINE, _REASON, Input("decision_number", "line", ("Số quyết định", "Decision number"))),
        on_sight=True,
    ),
    "comment": CommandForm(
        ("Trao đổi ý kiến", "Comment"),
        ("Ai xem được nhiệm vụ đều đọc được.", "Everybody who sees the directive can read it."),
        ("Gửi ý kiến", "Send"),
        (Input("text", "prose", ("Ý kiến", "Comment"), required=True),),
    ),
    "attach": CommandForm(
        ("Đính kèm tệp", "Attach files"),
        (
            "PDF, Word, Excel, ảnh, văn bản, ZIP; tệp đã đính kèm thì ở lại.",
            "PDF, Office, images, text, ZIP; attached files stay.",
        ),
        ("Đính kèm", "Attach"),
        (Input("files", "files", ("Chọn tệp", "Files"), required=True), _NOTE),
    ),
}
