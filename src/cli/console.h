// The terminal, pipes and files a command writes to and reads from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace gyr::cli {

/// Where a command writes. One thread.
class Output {
 public:
  struct Size {
    size_t columns = 80;
    size_t rows = 24;
  };

  virtual ~Output() = default;
  /// All of it; nothing any more once the other side has gone or the disk is full (failure() tells).
  virtual void write(std::string_view bytes) = 0;
  virtual bool is_terminal() const = 0;
  /// Of the terminal as it is now; the default where this is none.
  virtual Size size() const = 0;
  /// Errno of the first write that failed, EPIPE included; 0 without one.
  virtual int failure() const = 0;
};

/// An open file descriptor, which stays the caller's. Nothing is buffered here: callers write whole pieces.
class FileOutput final : public Output {
 public:
  explicit FileOutput(int fd) : fd_(fd) {}
  void write(std::string_view bytes) override;
  bool is_terminal() const override;
  Size size() const override;
  int failure() const override { return failure_; }

 private:
  int fd_;
  int failure_ = 0;
};

/// Both outputs of a command, and what the user has said about colours. Outlives the command.
struct Console {
  Output& out;  ///< data, and nothing but data
  Output& err;  ///< everything else
  int input_fd = 0;
  bool color_allowed = true;  ///< no `--no-color`, no NO_COLOR, not a dumb terminal

  bool color(const Output& output) const { return color_allowed && output.is_terminal(); }
};

/// Ends of the SGR sequences used here; empty where colours are off.
enum class Paint : uint8_t { none, dim, bold, red, green, yellow, blue, magenta, cyan };
/// The text in this paint, or as it is where `color` is off.
std::string painted(Paint paint, std::string_view text, bool color);

/// The largest file a command reads whole: far beyond any flow, small enough to hold twice.
inline constexpr size_t read_limit_bytes = 64u << 20;

/// An open file to read from; standard input stays open when it ends.
class InputFile {
 public:
  InputFile(int fd, bool owned) : fd_(fd), owned_(owned) {}
  InputFile(InputFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)), owned_(other.owned_) {}
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile();
  int fd() const { return fd_; }

 private:
  int fd_;
  bool owned_;
};
/// `-` is standard input. A folder is refused.
base::Result<InputFile> open_input(const std::string& path, const Console& console);

/// The whole content of a file; `-` is standard input.
base::Result<std::string> read_input(const std::string& path, const Console& console,
                                     size_t limit_bytes = read_limit_bytes);

/// How a file is called in messages: `-` is `<stdin>`.
std::string shown_name(const std::string& path);

/// Text of others on a terminal or in a log of lines: escape sequences gone, other control characters made visible,
/// malformed UTF-8 replaced. Line breaks and tabs stay.
std::string printable(std::string_view text);

}  // namespace gyr::cli
