// The terminal, pipes and files that a command reads and writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace gyr::cli {

/// An output of a command. Used by one thread.
class Output {
 public:
  struct Size {
    size_t columns = 80;
    size_t rows = 24;
  };

  virtual ~Output() = default;
  /// Writes all bytes. After a failure, for example a closed pipe or a full disk, it writes nothing (see failure()).
  virtual void write(std::string_view bytes) = 0;
  virtual bool is_terminal() const = 0;
  /// Current size of the terminal; the default if the output is not a terminal.
  virtual Size size() const = 0;
  /// Errno of the first write that failed, EPIPE included; 0 without one.
  virtual int failure() const = 0;
};

/// An open file descriptor, owned by the caller. It is not buffered: callers write complete pieces.
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

/// Both outputs of a command, and whether colours are allowed. Outlives the command.
struct Console {
  Output& out;  ///< data only
  Output& err;  ///< everything else
  int input_fd = 0;
  bool color_allowed = true;  ///< no `--no-color`, no NO_COLOR, not a dumb terminal

  bool color(const Output& output) const { return color_allowed && output.is_terminal(); }
  /// The same with another output for data.
  Console with_output(Output& other) const { return {other, err, input_fd, color_allowed}; }
};

/// The colours and styles of texts.
enum class Paint : uint8_t { none, dim, bold, red, green, yellow, blue, magenta, cyan };
/// The text in this colour; unchanged if `color` is false.
std::string painted(Paint paint, std::string_view text, bool color);

/// The largest file that a command reads into memory: much larger than any flow, and small enough to hold two copies.
inline constexpr size_t read_limit_bytes = 64u << 20;

/// A file that is open for reading. The destructor closes it, unless it is standard input.
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
/// Opens a file; `-` is standard input. Fails for a folder.
base::Result<InputFile> open_input(const std::string& path, const Console& console);

/// The whole content of a file; `-` is standard input.
base::Result<std::string> read_input(const std::string& path, const Console& console,
                                     size_t limit_bytes = read_limit_bytes);

/// The name of a file in messages: `-` is `<stdin>`.
std::string shown_name(const std::string& path);

/// Makes text from outside safe for a terminal or a log: removes escape sequences, makes other control characters
/// visible and replaces malformed UTF-8. Line breaks and tabs are kept.
std::string printable(std::string_view text);

}  // namespace gyr::cli
