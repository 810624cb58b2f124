// Pages of log lines that a cursor finds again: lines that come in or are deleted meanwhile move nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"
#include "web/logs/values.h"

namespace gyr::web {

/// The place behind a line. Its text is opaque to clients.
struct LogPlace {
  base::Instant timestamp;
  base::Id execution;
  base::Id task_run;
  int32_t attempt = 0;
  uint32_t sequence = 0;

  std::string to_text() const;
  static std::optional<LogPlace> parse(std::string_view text);
};

/// The page of the query, with the cursor of what follows.
base::Result<json::LogPage> page_of_logs(store::Reader& reader, const store::LogQuery& query);
/// The page behind a place, in the order of the query. Lines of the same moment that came in before that place are left
/// out.
base::Result<json::LogPage> page_behind(store::Reader& reader, store::LogQuery query, const LogPlace& place);

}  // namespace gyr::web
