#include "store/sqlite/log_overlay.h"

#include <algorithm>

namespace gyr::store::sqlite {

base::Result<void> LogOverlay::add(std::string_view record, const std::function<bool(const LogSource&)>& wanted) {
  JournalReader reader(records_.emplace_back(record));
  bool take = false;
  while (reader.next()) {
    switch (reader.kind()) {
      case JournalReader::Kind::source: take = wanted(reader.source()); break;
      case JournalReader::Kind::line: {
        if (!take) break;
        const LogSource& source = reader.source();
        uint32_t sequence = reader.line().sequence;
        bool may_replace = !source.execution.is_none();
        if (may_replace && !replaced_.insert({source.execution, source.run, sequence}).second) {
          std::erase_if(lines_, [&](const Line& line) {
            return line.source.execution == source.execution && line.source.run == source.run &&
                   line.line.sequence == sequence;
          });
        }
        lines_.push_back({source, reader.line()});
        break;
      }
      case JournalReader::Kind::removal: {
        const LogRemoval& removal = reader.removal();
        removals_.push_back(removal);
        std::erase_if(lines_, [&](const Line& line) {
          return removal.matches(line.source, line.line.attempt, line.line.level, line.line.timestamp_us);
        });
        break;
      }
    }
  }
  return reader.finish();
}

base::Result<void> LogOverlay::keep_replaced(
    const std::function<base::Result<bool>(const LogSource&, uint32_t)>& in_file) {
  std::set<Key> kept;
  for (const auto& line : lines_) {
    if (line.source.execution.is_none()) continue;
    GYR_TRY(bool there, in_file(line.source, line.line.sequence));
    if (there) kept.insert({line.source.execution, line.source.run, line.line.sequence});
  }
  replaced_ = std::move(kept);
  return {};
}

bool LogOverlay::hides(const LogSource& source, uint32_t sequence, int32_t attempt, model::LogLevel level,
                       int64_t timestamp_us) const {
  if (replaced_.contains({source.execution, source.run, sequence})) return true;
  return std::any_of(removals_.begin(), removals_.end(),
                     [&](const LogRemoval& removal) { return removal.matches(source, attempt, level, timestamp_us); });
}

}  // namespace gyr::store::sqlite
