#include "plugins/script/line_splitter.h"

namespace gyr::plugins::script {
namespace {

/// Where to cut so that no character of UTF-8 is torn; the whole text where its end is no UTF-8 anyway.
size_t cut_before_partial_character(std::string_view text) {
  for (size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? text.size() - back : text.size();
  }
  return text.size();
}

}  // namespace

void LineSplitter::feed(std::string_view bytes) {
  if (bytes.empty()) return;
  if (after_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);
  after_cr_ = false;
  while (!bytes.empty()) {
    size_t end = bytes.find_first_of("\n\r");
    if (end == std::string_view::npos) return append(bytes);
    bool whole = open_.empty() && !started_;
    if (whole) {
      sink_(bytes.substr(0, end));
    } else {
      append(bytes.substr(0, end));
      end_line();
    }
    bool carriage_return = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (carriage_return) {
      after_cr_ = bytes.empty();
      if (!bytes.empty() && bytes.front() == '\n') bytes.remove_prefix(1);
    }
  }
}

void LineSplitter::finish() {
  if (!open_.empty()) end_line();
  open_.clear();
  started_ = false;
  after_cr_ = false;
}

void LineSplitter::append(std::string_view part) {
  open_.append(part);
  bool protocol = !started_ && open_.starts_with("::{");
  if (open_.size() <= (protocol ? max_protocol : max_text)) return;
  size_t cut = cut_before_partial_character(open_);
  sink_(std::string_view(open_).substr(0, cut));
  open_.erase(0, cut);
  started_ = true;
}

void LineSplitter::end_line() {
  // If the last piece ended exactly at the end of the line, nothing is left to report.
  if (!open_.empty() || !started_) sink_(open_);
  open_.clear();
  started_ = false;
}

}  // namespace gyr::plugins::script
