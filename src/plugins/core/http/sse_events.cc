#include "plugins/core/http/sse_events.h"

#include <charconv>

#include "base/text.h"
#include "plugin_api/run_context.h"
#include "syntax/json.h"

namespace gyr::plugins::core {

using base::Value;

namespace {

constexpr size_t max_event = 16 * 1024 * 1024;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

void append_line(std::string& text, bool& begun, std::string_view line) {
  if (std::exchange(begun, true)) text += '\n';
  text += line;
}

}  // namespace

base::Result<void> SseEvents::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (std::exchange(after_return_, false) && bytes.front() == '\n') bytes.remove_prefix(1);
    const size_t end = bytes.find_first_of("\r\n");
    line_ += bytes.substr(0, end);
    if (line_.size() + data_.size() > max_event) {
      return base::fail(plugin::task_failed, fmt::format("an event of the stream is larger than {} bytes", max_event));
    }
    if (end == std::string_view::npos) return {};
    after_return_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    GYR_CHECK(take_line(std::exchange(line_, {})));
  }
  return {};
}

base::Result<void> SseEvents::end() {
  if (!line_.empty()) GYR_CHECK(take_line(std::exchange(line_, {})));
  close_event();
  return {};
}

base::Result<void> SseEvents::take_line(std::string_view line) {
  if (std::exchange(first_line_, false) && line.starts_with(byte_order_mark))
    line.remove_prefix(byte_order_mark.size());
  if (line.empty()) {
    close_event();
    return {};
  }
  const size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (colon == 0) {
    append_line(comment_, has_comment_, value);
  } else if (field == "data") {
    append_line(data_, has_data_, value);
  } else if (field == "id") {
    event_.set("id", Value::string(base::repair_utf8(value)));
  } else if (field == "event") {
    event_.set("name", Value::string(base::repair_utf8(value)));
  } else if (field == "retry") {
    int64_t milliseconds = 0;
    const auto [last, error] = std::from_chars(value.data(), value.data() + value.size(), milliseconds);
    if (error == std::errc() && last == value.data() + value.size())
      event_.set("retry", Value::number(static_cast<double>(milliseconds) / 1'000));
  }
  return {};
}

void SseEvents::close_event() {
  base::MapBuilder event = std::exchange(event_, {});
  std::string data = std::exchange(data_, {});
  std::string comment = std::exchange(comment_, {});
  const bool with_comment = std::exchange(has_comment_, false);
  // Data is required for an event: a comment alone keeps a connection open.
  if (!std::exchange(has_data_, false)) return;
  data = base::repair_utf8(data);
  auto parsed = syntax::parse_json(data);
  event.set("data", parsed ? *std::move(parsed) : Value::string(data));
  if (with_comment) event.set("comment", Value::string(base::repair_utf8(comment)));
  events_.push_back(event.build());
}

}  // namespace gyr::plugins::core
