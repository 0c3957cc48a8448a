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
    "openid_not_begun": (
        "Lượt đăng nhập này không bắt đầu từ trình duyệt này, hoặc đã quá 10 phút. Hãy đăng nhập lại từ trang {address}.",
        "This sign-in did not begin in this browser, or more than 10 minutes ago. Sign in again at {address}.",
    ),
    "openid_denied": (
        "Máy chủ đăng nhập không cho vào ({error}). Hãy thử lại, hoặc hỏi người quản trị tài khoản.",
        "The sign-in server let nobody in ({error}). Try again, or ask whoever keeps the accounts there.",
    ),
    "openid_refused": (
        "Câu trả lời của máy chủ đăng nhập không hợp lệ nên không ai được đăng nhập. Hãy thử lại; nếu vẫn vậy, quản trị viên xem "
        "lý do trong nhật ký (sign_in.refused).",
        "The sign-in server's answer is not valid, so nobody was signed in. Try again; if it stays so, an administrator finds the "
        "reason in the log (sign_in.refused).",
    ),
    "openid_claims": (
        "Thông tin của tài khoản chưa dùng được: {reason}. Hãy báo quản trị viên.",
        "What the sign-in server says of the account cannot be used: {reason}. Tell an administrator.",
    ),
    "openid_unknown_person": (
        "Tài khoản {username} chưa có trong danh bạ. Quản trị viên thêm bằng lệnh: dondoc users add.",
        "The account {username} is not in the directory. An administrator adds it with: dondoc users add.",
    ),
    "openid_inactive": (
        "Tài khoản {username} đã ngừng hoạt động. Hãy hỏi quản trị viên.",
        "The account {username} is inactive. Ask an administrator.",
    ),
    "openid_no_role": (
        "Tài khoản {username} chưa được giao vai trò nào ở đây. Hãy hỏi quản trị viên.",
        "The account {username} has no role here. Ask an administrator.",
    ),
    "openid_busy": (
        "Đang có quá nhiều lượt đăng nhập từ địa chỉ này. Hãy thử lại sau một phút.",
        "Too many sign-ins are under way from this address. Try again in a minute.",
    ),
    "openid_away": (
        "Chưa kết nối được máy chủ đăng nhập. Hãy thử lại sau ít giây, hoặc dùng mật khẩu nếu có.",
        "The sign-in server cannot be reached. Try again in a few seconds, or use a password if you have one.",
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
    "too_many_files_at_once": (
        "Mỗi lần gửi nhiều nhất {limit} tệp; hãy gửi phần còn lại sau.",
        "At most {limit} files at a time; send the others afterwards.",
    ),
    "exports_running": (
        "Đang có các lần xuất dữ liệu khác; hãy thử lại sau ít giây.",
        "Other exports are being made; try again in a few seconds.",
    ),
    "issuers_only": ("Chỉ dành cho người được giao nhiệm vụ.", "For those who may issue directives."),
    "keepers_only": ("Chỉ dành cho văn phòng và quản trị.", "For the office and administrators only."),
    "calendar_keepers_only": (
        "Lịch làm việc áp dụng cho mọi đơn vị: chỉ văn phòng hoặc quản trị của cấp cao nhất được quyết định.",
        "The working calendar holds for every unit: only the office or administrators of the top unit decide on it.",
    ),
    "policy_keepers_only": (
        "Chính sách áp dụng cho mọi đơn vị: chỉ quản trị của cấp cao nhất được thay đổi.",
        "Policies hold for every unit: only administrators of the top unit change them.",
    ),
    "administrators_only": ("Chỉ dành cho quản trị.", "For administrators only."),
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
    "bundle_running": ("Đang lập một gói chứng cứ khác.", "Another bundle is being made."),
    "bundle_too_long": (
        "Gói quá lớn để lập ở đây; hãy chọn hẹp hơn hoặc dùng lệnh: dondoc audit bundle.",
        "The bundle takes too long here; choose less, or use the command dondoc audit bundle.",
    ),
    "bundle_too_large": (
        "Gói vượt quá mức tải qua trang ({limit}); hãy chọn hẹp hơn hoặc dùng lệnh: dondoc audit bundle.",
        "The bundle is larger than pages give out ({limit}); choose less, or use the command dondoc audit bundle.",
    ),
    "bundle_empty": (
        "Không có nhiệm vụ nào ứng với lựa chọn này trong phạm vi của bạn.",
        "No directive in your sight fits this choice.",
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
    "export_too_large": (
        "Có {total} nhiệm vụ, nhiều hơn {limit} của một lần xuất; hãy thu hẹp bộ lọc.",
        "There are {total} directives, more than the {limit} of one export; narrow the filter.",
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
