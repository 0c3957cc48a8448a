"""`dondoc audit …`: the record proven, shown and given away, for people who must not have to trust whoever keeps it."""

from cyclopts import App

audit = App(name="audit", help="Kiểm toán bản ghi · prove, verify, export the record")

COMMANDS: dict[str, tuple[str, str]] = {
    "verify": ("console.audit.verify:verify_command", "Kiểm chứng toàn bộ bản ghi · verify the whole record"),
    "checkpoint": ("console.audit.checkpoint:checkpoint", "Ký điểm kiểm · sign where the record stands"),
    "export": ("console.audit.export:export_command", "Xuất cho khai phá quy trình · export for process mining"),
    "reconcile": ("console.audit.reconcile:reconcile", "Đối chiếu với Temporal · compare with Temporal's histories"),
    "key": ("console.audit.key:key", "Khoá ký của nhật ký · the key of the log"),
    "reads": ("console.audit.reads:reads", "Ai đã xem gì, khi nào · who opened what, when"),
    "conformance": (
        "console.audit.conformance:conformance",
        "Đối chiếu quy định, lưới Petri · judge by the rules; the net",
    ),
    "witness": ("console.audit.witness:witness", "Làm chứng cho nhật ký nơi khác · cosign the log of another body"),
    "bundle": ("console.audit.bundle:bundle", "Trích hồ sơ kiểm tra ngoại tuyến · a bundle to verify offline"),
    "verify-bundle": ("console.audit.verify_bundle:verify_bundle", "Kiểm tra một hồ sơ trích · verify a bundle"),
}
"""Where each command is, and its line in the help. Loaded when it is asked for."""

for _name, (_place, _help) in COMMANDS.items():
    audit.command(_place, name=_name, help=_help, sort_key=list(COMMANDS).index(_name))
