#include "cli/console.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"
#include "cli/errors.h"
#include "syntax/display.h"

namespace gyr::cli {

void FileOutput::write(std::string_view bytes) {
  while (!bytes.empty() && failure_ == 0) {
    ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EAGAIN) {
      // Another process made the shared descriptor non-blocking.
      pollfd writable{fd_, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      failure_ = errno;
    }
  }
}

bool FileOutput::is_terminal() const { return ::isatty(fd_) == 1; }

Output::Size FileOutput::size() const {
  winsize window = {};
  Size size;
  if (::ioctl(fd_, TIOCGWINSZ, &window) == 0) {
    if (window.ws_col > 0) size.columns = window.ws_col;
    if (window.ws_row > 0) size.rows = window.ws_row;
  }
  return size;
}

std::string painted(Paint paint, std::string_view text, bool color) {
  constexpr std::string_view codes[] = {"0", "2", "1", "31", "32", "33", "34", "35", "36"};
  if (!color || paint == Paint::none || text.empty()) return std::string(text);
  return fmt::format("\x1B[{}m{}\x1B[0m", codes[static_cast<size_t>(paint)], text);
}

namespace {

std::unexpected<base::Error> unreadable(const std::string& path, int error) {
  std::string name = shown_name(path);
  if (error == ENOENT || error == ENOTDIR) {
    return base::fail(base::Error(no_such_file, fmt::format("file `{}` does not exist", name))
                          .with_hint("check the path; it is relative to the current folder"));
  }
  return base::fail(unreadable_file, fmt::format("cannot read `{}`: {}", name, std::strerror(error)));
}

base::Result<std::string> read_all(int fd, const std::string& path, size_t limit_bytes) {
  constexpr size_t min_piece = 64 * 1024;
  std::string content;
  size_t used = 0;
  while (used <= limit_bytes) {
    content.resize(used + std::max(min_piece, std::min(used, limit_bytes + 1 - used)));
    ssize_t count = ::read(fd, content.data() + used, content.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(path, errno);
    used += static_cast<size_t>(count);
    content.resize(used);
    if (count == 0) return content;
  }
  return base::fail(
      base::Error(unreadable_file, fmt::format("`{}` is larger than {} MB", shown_name(path), limit_bytes >> 20))
          .with_hint("split the file, or pass large data as a FILE input: `gyr flow run FILE --file NAME=PATH`"));
}

}  // namespace

InputFile::~InputFile() {
  if (owned_ && fd_ >= 0) ::close(fd_);
}

base::Result<InputFile> open_input(const std::string& path, const Console& console) {
  if (path == "-") return InputFile(console.input_fd, false);
  InputFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC), true);
  if (file.fd() < 0) return unreadable(path, errno);
  struct stat status = {};
  if (::fstat(file.fd(), &status) != 0) return unreadable(path, errno);
  if (S_ISDIR(status.st_mode)) return unreadable(path, EISDIR);
  return file;
}

base::Result<std::string> read_input(const std::string& path, const Console& console, size_t limit_bytes) {
  GYR_TRY(InputFile file, open_input(path, console));
  return read_all(file.fd(), path, limit_bytes);
}

std::string shown_name(const std::string& path) { return path == "-" ? "<stdin>" : path; }

namespace {

/// The position after the escape sequence that starts at `at` (the ESC).
size_t behind_escape(std::string_view text, size_t at) {
  size_t i = at + 1;
  if (i >= text.size()) return i;
  if (text[i] == '[') {
    for (++i; i < text.size(); ++i) {
      if (text[i] >= 0x40 && text[i] <= 0x7E) return i + 1;
      if (text[i] < 0x20 || text[i] > 0x3F) return i;  // not an escape sequence: the rest is text
    }
    return i;
  }
  if (text[i] == ']') {  // a title or a link, up to BEL or ESC backslash
    for (++i; i < text.size(); ++i) {
      if (text[i] == '\a') return i + 1;
      if (text[i] == '\x1B') return i + 1 < text.size() && text[i + 1] == '\\' ? i + 2 : i;
      if (text[i] == '\n') return i;
    }
    return i;
  }
  return text[i] >= 0x20 && text[i] <= 0x7E ? i + 1 : i;
}

}  // namespace

std::string printable(std::string_view text) {
  bool plain = std::ranges::all_of(text, [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t'; });
  if (plain) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '\x1B') {
      i = behind_escape(text, i);
      continue;
    }
    uint32_t code_point = syntax::next_code_point(text, i);
    if (code_point == '\n' || code_point == '\t' || !syntax::is_unprintable(code_point)) {
      base::append_utf8(out, code_point);
    } else if (code_point < 0x20) {
      if (code_point != '\r') base::append_utf8(out, 0x2400 + code_point);  // the block of control pictures
    } else {
      base::append_utf8(out, 0xFFFD);
    }
  }
  return out;
}

}  // namespace gyr::cli
