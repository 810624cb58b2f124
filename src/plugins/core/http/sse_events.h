// Events of a `text/event-stream` (CORE-25).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"

namespace gyr::plugins::core {

/// Parses a stream piece by piece. One thread. An event is a map {id, name, data, comment, retry} without the fields
/// that are not set; `data` is parsed if it is JSON, `retry` is in seconds. An event above the size limit is an error.
class SseEvents {
 public:
  base::Result<void> feed(std::string_view bytes);
  /// The stream has ended: what has not been closed by a blank line is an event, too.
  base::Result<void> end();
  /// The events since the last call.
  std::vector<base::Value> take() { return std::exchange(events_, {}); }

 private:
  base::Result<void> take_line(std::string_view line);
  void close_event();

  std::string line_;           ///< the beginning of a line
  bool after_return_ = false;  ///< the byte before was a carriage return: a line feed belongs to it
  bool first_line_ = true;
  std::string data_;
  std::string comment_;
  base::MapBuilder event_;
  bool has_data_ = false;
  bool has_comment_ = false;
  std::vector<base::Value> events_;
};

}  // namespace gyr::plugins::core
