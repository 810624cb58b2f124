// Bytes of an output into lines.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace gyr::plugins::script {

/// Splits a stream into lines at LF, CR or CR LF (SCRIPT-31); the lines do not contain them. Memory is bounded: a line
/// that grows beyond `max_text` is passed on in pieces, split between characters. A line that begins like a protocol
/// line (`::{`) may have `max_protocol` bytes. One stream, one thread.
class LineSplitter {
 public:
  using Sink = std::function<void(std::string_view line)>;

  /// Well above the size of one log entry (15,360 characters).
  static constexpr size_t max_text = 1024 * 1024;
  /// The size of one message to the server (worker::max_frame).
  static constexpr size_t max_protocol = 64 * 1024 * 1024;

  explicit LineSplitter(Sink sink) : sink_(std::move(sink)) {}
  void feed(std::string_view bytes);
  /// The end of the stream: a last line without a line end is a line, too.
  void finish();

 private:
  void append(std::string_view part);
  void end_line();

  Sink sink_;
  std::string open_;       // what came of the current line so far
  bool started_ = false;   // something of the current line was handed on already
  bool after_cr_ = false;  // a LF that follows belongs to the line before
};

}  // namespace gyr::plugins::script
