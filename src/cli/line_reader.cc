#include "cli/line_reader.h"

#include <unistd.h>

#include <cerrno>

#include "cli/errors.h"

namespace gyr::cli {

base::Result<bool> LineReader::read_more() {
  constexpr size_t piece = 64 * 1024;
  if (ended_) return false;
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    searched_ -= begin_;
    begin_ = 0;
  }
  size_t used = buffer_.size();
  buffer_.resize(used + piece);
  ssize_t count = 0;
  do {
    count = ::read(fd_, buffer_.data() + used, piece);
  } while (count < 0 && errno == EINTR);
  buffer_.resize(used + (count > 0 ? static_cast<size_t>(count) : 0));
  if (count < 0) return base::fail(unreadable_file, std::strerror(errno));
  ended_ = count == 0;
  return !ended_;
}

base::Result<LineReader::Line> LineReader::next() {
  bool too_long = false;
  for (;;) {
    size_t end = buffer_.find('\n', searched_);
    if (end != std::string::npos) {
      std::string_view text = std::string_view(buffer_).substr(begin_, end - begin_);
      begin_ = searched_ = end + 1;
      if (too_long || text.size() > max_line_bytes) return Line{Line::Kind::too_long, {}};
      return Line{Line::Kind::text, text};
    }
    searched_ = buffer_.size();
    if (buffer_.size() - begin_ > max_line_bytes) {
      too_long = true;
      begin_ = searched_;
    }
    GYR_TRY(bool more, read_more());
    if (more) continue;
    // The last line may have no line break.
    std::string_view text = std::string_view(buffer_).substr(begin_);
    begin_ = searched_ = buffer_.size();
    if (too_long) return Line{Line::Kind::too_long, {}};
    return text.empty() ? Line{} : Line{Line::Kind::text, text};
  }
}

}  // namespace gyr::cli
