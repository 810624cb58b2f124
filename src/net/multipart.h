// multipart/form-data (RFC 7578), read as a stream.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"
#include "net/url.h"

namespace gyr::net {

inline constexpr base::ErrorCode form_too_large{"GYR-N016"};  ///< too many parts, or a part or its header too large

/// How large a form may be; beyond any of them reading it fails with GYR-N016.
struct MultipartLimits {
  size_t parts = 1'000;                   ///< more fields than any real form has
  size_t header_bytes = 16 * 1024;        ///< per part
  size_t preamble_bytes = 64 * 1024;      ///< ignored text before the first boundary
  size_t field_bytes = 10 * 1024 * 1024;  ///< one part that is kept in memory
  size_t all_fields_bytes = 64 * 1024 * 1024;
  uint64_t file_bytes = 10ULL * 1024 * 1024 * 1024;  ///< API-25
};

/// The header of a part.
struct PartHead {
  std::string name;
  std::optional<std::string>
      file_name;             ///< the last segment of what was sent; `filename*` before `filename`; never `.` or `..`
  std::string content_type;  ///< as sent; empty: text/plain
  Headers headers;
};

/// The boundary of a Content-Type such as `multipart/form-data; boundary=x`; fails with malformed_text where it is not
/// one.
base::Result<std::string> multipart_boundary(std::string_view content_type);

/// Reads parts one after the other, the content of each in pieces. Reads no more of the body than necessary, and keeps
/// at most one piece of it and the length of a delimiter. The first error is final: every later call fails the same
/// way. One call at a time; the body must live until the last call has ended.
class MultipartReader {
 public:
  MultipartReader(BodyReader* body, std::string_view boundary, MultipartLimits limits = {});

  /// The next part, skipping the rest of the previous one; nothing after the last. The end of the body before the
  /// closing boundary is an error; data after that boundary is read and ignored.
  base::Task<base::Result<std::optional<PartHead>>> next_part();
  /// The next piece of the present part; empty at its end.
  base::Task<base::Result<std::string>> next_piece();
  /// How many parts have begun.
  size_t part_number() const { return parts_; }

 private:
  enum class Stage { preamble, content, part_end, finished };

  base::Task<base::Result<bool>> pull();
  base::Task<base::Result<bool>> enter_part();
  base::Result<PartHead> parse_head(std::string_view text) const;
  base::Error fail(base::Error error);

  BodyReader* body_;
  std::string delimiter_;  ///< CRLF--boundary
  MultipartLimits limits_;
  std::string window_;  ///< received, not yet given out
  size_t start_ = 0;    ///< of what counts in window_
  Stage stage_ = Stage::preamble;
  bool input_ended_ = false;
  size_t parts_ = 0;
  size_t skipped_ = 0;  ///< of the preamble
  std::optional<base::Error> error_;
};

/// One part of a form: `value` is its text, or the result of the sink for a file.
struct FormEntry {
  std::string name;
  std::string value;
  std::optional<std::string> file_name;
  std::string content_type;
};
/// Receives the content of a file part (read to its end or dropped early; the rest is then skipped) and returns the
/// value of the entry, such as the URI of the stored file.
using FileSink =
    std::function<base::Task<base::Result<std::string>>(PartHead part, std::unique_ptr<BodyReader> content)>;

/// Reads a whole form: parts with a file name go to `sink`, all others are kept as text, which must be UTF-8. Entries
/// are in order, including repeated names. After an error nothing of the form is used; the caller must remove what the
/// sink has stored.
base::Task<base::Result<std::vector<FormEntry>>> read_multipart(BodyReader* body, std::string boundary,
                                                                MultipartLimits limits, FileSink sink);

}  // namespace gyr::net
