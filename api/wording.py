"""What the HTTP side says of its own accord, Vietnamese first, English second. Words of refusals are in domain.refusals."""

TITLES: dict[int, tuple[str, str]] = {
    401: ("Chưa đăng nhập", "Not signed in"),
    403: ("Không có quyền", "Not permitted"),
    404: ("Không tìm thấy", "Not found"),
    405: ("Phương thức không được hỗ trợ", "Method not allowed"),
    409: ("Chưa thể thực hiện lúc này", "Not possible now"),
    412: ("Dữ liệu đã thay đổi", "Changed in the meantime"),
    413: ("Yêu cầu quá lớn", "Too large"),
    415: ("Kiểu nội dung không được hỗ trợ", "Unsupported media type"),
    422: ("Yêu cầu chưa hợp lệ", "Invalid request"),
    429: ("Quá nhiều yêu cầu", "Too many requests"),
    500: ("Lỗi hệ thống", "Internal error"),
    503: ("Hệ thống tạm thời gián đoạn", "Temporarily unavailable"),
}

WORDS: dict[str, tuple[str, str]] = {
    "not_signed_in": (
        "Cần đăng nhập, hoặc mã truy cập (Authorization: Bearer …). Quản trị viên cấp mã bằng lệnh: dondoc users token.",
        "Sign in, or send a bearer token (Authorization: Bearer …). An administrator makes one with: dondoc users token.",
    ),
    "wrong_sign_in": (
        "Tên đăng nhập hoặc mật khẩu không đúng.",
        "The username or the password is wrong.",
    ),
    "too_many_tries": (
        "Đã thử sai quá nhiều lần. Hãy đợi {minutes} phút rồi thử lại.",
        "Too many failed tries. Wait {minutes} min and try again.",
    ),
    "sign_in_busy": (
        "Đang có quá nhiều người đăng nhập cùng lúc. Hãy thử lại sau vài giây.",
        "Too many people are signing in at the same time. Try again in a few seconds.",
    ),
    "foreign_origin": (
        "Yêu cầu không đến từ trang của hệ thống này nên không được thực hiện. Hãy mở trang từ đúng địa chỉ và thử lại.",
        "The request does not come from a page of this system and is not carried out. Open the page at its own address, try again.",
    ),
    "password_must_change": (
        "Cần đổi mật khẩu trước khi làm việc khác.",
        "The password must be changed before anything else.",
    ),
    "wrong_password": ("Mật khẩu hiện tại không đúng.", "The current password is wrong."),
    "weak_password": ("Không nhận mật khẩu mới: {reason}.", "The new password is not taken: {reason}."),
    "read_not_noted": (
        "Chưa ghi được lượt xem nên chưa cho xem; thử lại sau. Không có nội dung nào được mở mà không lưu vết.",
        "The read could not be noted, so nothing is shown; try again later. Nothing is opened without a trace.",
    ),
    "not_found": ("Không có địa chỉ này.", "There is nothing at this address."),
    "method_not_allowed": ("Địa chỉ này không nhận phương thức đó.", "This address does not take that method."),
    "unknown_command": (
        "Không có lệnh {command}. Các lệnh: {commands}.",
        "There is no command {command}. Commands: {commands}.",
    ),
    "body_too_large": ("Nội dung vượt quá {limit} byte.", "The body is larger than {limit} bytes."),
    "unsupported_media_type": ("Nội dung phải là application/json.", "The body must be application/json."),
    "malformed_json": ("Nội dung không phải JSON hợp lệ: {reason}.", "The body is not valid JSON: {reason}."),
    "malformed_form": (
        "Biểu mẫu gửi lên không đọc được; hãy mở lại trang.",
        "The form cannot be read; open the page again.",
    ),
    "issuers_only": ("Chỉ dành cho người được giao nhiệm vụ.", "For those who may issue directives."),
    "unknown_field": ("Trường {field} không được biết đến.", "The field {field} is not known."),
    "field_missing": ("Thiếu trường {field}.", "The field {field} is missing."),
    "text_not_nfc": (
        "Trường {field} phải là chữ Unicode dựng sẵn (NFC).",
        "The field {field} must be composed Unicode (NFC).",
    ),
    "text_has_line_break": ("Trường {field} phải nằm trên một dòng.", "The field {field} must be on one line."),
    "text_has_control": ("Trường {field} chứa ký tự điều khiển.", "The field {field} holds control characters."),
    "text_too_long": ("Trường {field} quá dài.", "The field {field} is too long."),
    "text_empty": ("Trường {field} để trống.", "The field {field} is empty."),
    "invalid_field": ("Trường {field} không hợp lệ: {reason}.", "The field {field} is invalid: {reason}."),
    "invalid_parameter": (
        "Tham số {field} không hợp lệ: {reason}.",
        "The parameter {field} is invalid: {reason}.",
    ),
    "invalid_cursor": (
        "Con trỏ trang không hợp lệ; hãy bắt đầu lại từ trang đầu.",
        "The page cursor is not valid; start again from the first page.",
    ),
    "invalid_if_match": (
        'If-Match phải là một phiên bản trong ngoặc kép, ví dụ "3".',
        'If-Match must be one version in quotes, like "3".',
    ),
    "invalid_idempotency_key": (
        "Idempotency-Key phải dài từ 1 đến 200 ký tự.",
        "Idempotency-Key must have 1 to 200 characters.",
    ),
    "too_many_streams": ("Mở quá nhiều luồng sự kiện.", "Too many event streams are open."),
    "whole_house_admins_only": (
        "Chỉ dành cho quản trị viên của toàn cơ quan.",
        "For administrators of the whole house only.",
    ),
    "auditors_only": ("Chỉ dành cho kiểm toán và quản trị.", "For auditors and administrators only."),
    "overseers_only": (
        "Chỉ dành cho lãnh đạo, kiểm toán và quản trị.",
        "For leaders, auditors and administrators only.",
    ),
    "replay_running": ("Đang dựng lại một thời điểm khác.", "Another moment is being replayed."),
    "record_unreadable": (
        "Bản ghi không đọc được nguyên vẹn; hãy chạy: dondoc audit verify.",
        "The record cannot be read as it was written; run dondoc audit verify.",
    ),
    "replay_too_long": (
        "Bản ghi quá lớn để dựng lại ở đây; hãy dùng lệnh: dondoc replay --district.",
        "The record is too large to be replayed here; use the command dondoc replay --district.",
    ),
    "no_checkpoint": ("Chưa có điểm kiểm nào.", "There is no such checkpoint yet."),
    "beyond_checkpoint": (
        "Chưa có điểm kiểm nào bao gồm các sự kiện này; hãy thử lại sau ít phút.",
        "No checkpoint covers these events yet; try again in some minutes.",
    ),
    "record_altered": (
        "Bản ghi không khớp với chính nó; hãy chạy: dondoc audit verify.",
        "The record does not agree with itself; run dondoc audit verify.",
    ),
    "verification_running": ("Đang có một lần kiểm chứng khác.", "A verification is running already."),
    "verification_too_long": (
        "Bản ghi quá lớn để kiểm chứng ở đây; hãy dùng lệnh: dondoc audit verify.",
        "The record is too large to be verified here; use the command dondoc audit verify.",
    ),
    "record_unavailable": (
        "Chưa kết nối được cơ sở dữ liệu. Hãy thử lại sau ít giây; lệnh gửi lại với cùng mã sẽ không bị thực hiện hai lần.",
        "The record cannot be reached. Try again in a few seconds; a command repeated with its id is not carried out twice.",
    ),
    "engine_unavailable": (
        "Chưa kết nối được Temporal. Hãy thử lại sau ít giây; lệnh gửi lại với cùng mã sẽ không bị thực hiện hai lần.",
        "Temporal cannot be reached. Try again in a few seconds; a command repeated with its id is not carried out twice.",
    ),
    "still_working": (
        "Lệnh đã được nhận nhưng chưa xong. Gửi lại với command_id này để xem kết quả.",
        "The command was taken but is not finished. Send it again with this command_id to see its answer.",
    ),
    "file_too_large": ("Tệp vượt quá {limit} byte.", "The file is larger than {limit} bytes."),
    "file_type_refused": ("Không nhận tệp {media_type}: {reason}.", "A file of {media_type} is refused: {reason}."),
    "file_empty": ("Tệp rỗng.", "The file is empty."),
    "files_unavailable": (
        "Chưa dùng được kho tệp. Hãy thử lại sau ít giây; gửi lại cùng một tệp không tạo bản thứ hai.",
        "The store of files cannot be used now. Try again in a few seconds; the same file sent again makes no second one.",
    ),
    "internal_error": (
        "Có lỗi trong hệ thống; đã được ghi nhật ký với mã {reference}.",
        "Something went wrong on our side; it is in the log under {reference}.",
    ),
}
