#include "net/multipart.h"

#include "base/text.h"
#include "net/header_value.h"
#include "net/http_syntax.h"

namespace gyr::net {
namespace {

constexpr size_t max_boundary_bytes = 70;  // RFC 2046, 5.1.1
constexpr size_t max_padding_bytes = 64;   // blanks after a boundary, which no program sends
constexpr size_t max_file_name_bytes = 1024;

bool is_boundary(std::string_view text) {
  if (text.empty() || text.size() > max_boundary_bytes || text.back() == ' ') return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
  });
}

std::unexpected<base::Error> malformed(std::string_view what) {
  return base::fail(malformed_text, fmt::format("the multipart body is malformed: {}", what));
}

/// Some browsers send whole paths, and attackers send `../`: only the last segment is a name.
std::string last_segment(std::string_view path) {
  std::string_view name = path.substr(path.find_last_of("/\\") + 1);
  if (name == "." || name == "..") return {};
  return std::string(name);
}

/// The content of one part as a body of its own.
class PartBody final : public BodyReader {
 public:
  PartBody(std::shared_ptr<MultipartReader> reader, uint64_t limit)
      : reader_(std::move(reader)), part_number_(reader_->part_number()), left_(limit) {}

  base::Task<base::Result<std::string>> next() override {
    if (part_number_ != reader_->part_number()) co_return malformed("a part was read after the next part had started");
    GYR_CO_TRY(std::string piece, co_await reader_->next_piece());
    if (piece.size() > left_) {
      left_ = 0;
      co_return base::fail(form_too_large, "a file of the form exceeds the size limit");
    }
    left_ -= piece.size();
    co_return piece;
  }

 private:
  std::shared_ptr<MultipartReader> reader_;
  size_t part_number_;
  uint64_t left_;
};

}  // namespace

base::Result<std::string> multipart_boundary(std::string_view content_type) {
  GYR_TRY(ParameterisedValue parsed, parse_parameterised(content_type));
  if (parsed.value != "multipart/form-data") return malformed("its Content-Type is not multipart/form-data");
  auto boundary = parsed.parameter("boundary");
  if (!boundary) return malformed("its Content-Type has no boundary");
  if (!is_boundary(*boundary)) return malformed("the boundary in its Content-Type is not valid");
  return std::string(*boundary);
}

MultipartReader::MultipartReader(BodyReader* body, std::string_view boundary, MultipartLimits limits)
    : body_(body), delimiter_("\r\n--"), limits_(limits) {
  delimiter_ += boundary;
  // The first boundary may be at the very beginning; with this line end before it all boundaries are alike.
  window_ = "\r\n";
}

base::Error MultipartReader::fail(base::Error error) {
  error_ = std::move(error);
  window_.clear();
  start_ = 0;
  return *error_;
}

/// Appends the next piece of the body to the window; false at the body's end.
base::Task<base::Result<bool>> MultipartReader::pull() {
  if (input_ended_) co_return false;
  auto piece = co_await body_->next();
  if (!piece) co_return base::fail(fail(piece.error()));
  if (piece->empty()) {
    input_ended_ = true;
    co_return false;
  }
  if (start_ == window_.size()) {
    window_ = std::move(*piece);
  } else {
    window_.erase(0, start_);
    window_ += *piece;
  }
  start_ = 0;
  co_return true;
}

base::Task<base::Result<std::string>> MultipartReader::next_piece() {
  if (error_) co_return base::fail(*error_);
  while (stage_ == Stage::content || stage_ == Stage::preamble) {
    std::string_view rest = std::string_view(window_).substr(start_);
    size_t found = rest.find(delimiter_);
    if (found != std::string_view::npos) {
      std::string piece(rest.substr(0, found));
      start_ += found + delimiter_.size();
      stage_ = Stage::part_end;
      co_return piece;
    }
    // All but what could be the beginning of a delimiter is content.
    size_t certain = rest.size();
    size_t tail = std::min(rest.size(), delimiter_.size() - 1);
    for (size_t length = tail; length > 0; --length) {
      if (rest.ends_with(std::string_view(delimiter_).substr(0, length))) {
        certain = rest.size() - length;
        break;
      }
    }
    if (certain > 0 && certain == window_.size()) co_return std::exchange(window_, {});
    if (certain > 0) {
      std::string piece(rest.substr(0, certain));
      start_ += certain;
      co_return piece;
    }
    GYR_CO_TRY(bool more, co_await pull());
    if (!more) {
      co_return base::fail(fail(malformed("it ends before its closing boundary").error()));
    }
  }
  co_return std::string();
}

/// Behind a boundary: true when a part follows, false after the closing one.
base::Task<base::Result<bool>> MultipartReader::enter_part() {
  for (;;) {
    std::string_view rest = std::string_view(window_).substr(start_);
    if (rest.starts_with("--")) co_return false;
    size_t padding = std::min(rest.find_first_not_of(" \t"), rest.size());
    if (padding > max_padding_bytes) break;
    std::string_view line_end = rest.substr(padding);
    if (line_end.starts_with("\r\n")) {
      start_ += padding;  // the line end stays: a part without headers begins with an empty line
      co_return true;
    }
    const bool undecided = line_end.empty() || line_end == "\r" || rest == "-";
    if (!undecided) break;
    GYR_CO_TRY(bool more, co_await pull());
    if (!more) co_return base::fail(fail(malformed("it ends before its closing boundary").error()));
  }
  co_return base::fail(fail(malformed("a boundary is not followed by the end of its line").error()));
}

base::Task<base::Result<std::optional<PartHead>>> MultipartReader::next_part() {
  while (!error_ && (stage_ == Stage::content || stage_ == Stage::preamble)) {
    GYR_CO_TRY(std::string skipped, co_await next_piece());
    if (parts_ == 0 && (skipped_ += skipped.size()) > limits_.preamble_bytes) {
      co_return base::fail(fail(malformed("its first boundary is missing").error()));
    }
  }
  if (error_) co_return base::fail(*error_);
  if (stage_ == Stage::finished) co_return std::nullopt;
  GYR_CO_TRY(bool follows, co_await enter_part());
  if (!follows) {
    stage_ = Stage::finished;
    window_.clear();
    start_ = 0;
    bool more = true;
    while (more) {
      start_ = window_.size();  // an epilogue
      GYR_CO_TRY(more, co_await pull());
    }
    co_return std::nullopt;
  }
  if (parts_ == limits_.parts) {
    co_return base::fail(
        fail(base::Error(form_too_large, fmt::format("the form has more than {} parts", limits_.parts))));
  }
  parts_ += 1;
  size_t end;
  while ((end = window_.find("\r\n\r\n", start_)) == std::string::npos) {
    if (window_.size() - start_ > limits_.header_bytes) break;
    GYR_CO_TRY(bool more, co_await pull());
    if (!more) co_return base::fail(fail(malformed("it ends within the header of a part").error()));
  }
  if (end == std::string::npos || end - start_ > limits_.header_bytes) {
    co_return base::fail(fail(base::Error(
        form_too_large, fmt::format("the header of part {} is larger than {} bytes", parts_, limits_.header_bytes))));
  }
  auto head = parse_head(std::string_view(window_).substr(start_, end - start_));
  if (!head) co_return base::fail(fail(head.error().with_prefix(fmt::format("part {}: ", parts_))));
  start_ = end + 4;
  stage_ = Stage::content;
  co_return std::move(*head);
}

base::Result<PartHead> MultipartReader::parse_head(std::string_view text) const {
  PartHead head;
  bool disposed = false;
  while (!text.empty()) {
    // Each line is preceded by a line end.
    text.remove_prefix(2);
    size_t end = std::min(text.find("\r\n"), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
      return malformed("a header line has no name");
    std::string_view name = line.substr(0, colon);
    std::string_view value = base::trim(line.substr(colon + 1));
    if (!is_header_value(value)) return malformed("a header has a control character");
    if (base::equals_ignoring_case(name, "Content-Disposition")) {
      if (disposed) return malformed("it has two Content-Disposition headers");
      disposed = true;
      GYR_TRY(ParameterisedValue disposition, parse_parameterised(value));
      if (disposition.value != "form-data") return malformed("its Content-Disposition is not form-data");
      auto field = disposition.parameter("name");
      if (!field) return malformed("its Content-Disposition has no name");
      if (base::find_invalid_utf8(*field)) return malformed("its name is not UTF-8");
      head.name = *field;
      if (auto file = disposition.parameter("filename")) {
        if (file->size() > max_file_name_bytes) return malformed("its file name is too long");
        head.file_name = last_segment(base::repair_utf8(*file));
      }
    } else if (base::equals_ignoring_case(name, "Content-Type")) {
      head.content_type = value;
    } else if (base::equals_ignoring_case(name, "Content-Transfer-Encoding") &&
               !base::equals_ignoring_case(value, "binary") && !base::equals_ignoring_case(value, "8bit") &&
               !base::equals_ignoring_case(value, "7bit")) {
      return malformed(fmt::format("unsupported Content-Transfer-Encoding `{}`", value));
    }
    head.headers.add(std::string(name), std::string(value));
  }
  if (!disposed) return malformed("it has no Content-Disposition");
  return head;
}

base::Task<base::Result<std::vector<FormEntry>>> read_multipart(BodyReader* body, std::string boundary,
                                                                MultipartLimits limits, FileSink sink) {
  auto reader = std::make_shared<MultipartReader>(body, boundary, limits);
  std::vector<FormEntry> entries;
  size_t kept = 0;
  for (;;) {
    GYR_CO_TRY(std::optional<PartHead> head, co_await reader->next_part());
    if (!head) co_return entries;
    FormEntry entry{head->name, {}, head->file_name, head->content_type};
    if (head->file_name) {
      auto content = std::make_unique<PartBody>(reader, limits.file_bytes);
      GYR_CO_TRY(entry.value, co_await sink(std::move(*head), std::move(content)));
    } else {
      auto value = co_await PartBody(reader, limits.field_bytes).all(limits.field_bytes);
      if (!value) co_return base::fail(value.error().with_prefix(fmt::format("field `{}`: ", entry.name)));
      entry.value = std::move(*value);
      kept += entry.value.size();
      if (kept > limits.all_fields_bytes) {
        co_return base::fail(form_too_large, fmt::format("the fields of the form are larger than {} bytes together",
                                                         limits.all_fields_bytes));
      }
      if (auto offset = base::find_invalid_utf8(entry.value)) {
        co_return base::fail(malformed_text, fmt::format("field `{}` is not UTF-8 at byte {}", entry.name, *offset));
      }
    }
    entries.push_back(std::move(entry));
  }
}

}  // namespace gyr::net
