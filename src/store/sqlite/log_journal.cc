#include "store/sqlite/log_journal.h"

#include <algorithm>

#include "base/record.h"
#include "model/record_fields.h"
#include "store/sql/record.h"
#include "store/sqlite/rollup.h"

namespace gyr::store::sqlite {
namespace {

template <class Visitor, class Source>
void source_fields(Visitor& visit, Source& source) {
  visit(1, source.execution);
  visit(2, source.run);
  visit(3, source.tenant);
  visit(4, source.flow);
  visit(5, source.task_id);
  visit(6, source.trigger_id);
}

template <class Visitor, class Line>
void line_fields(Visitor& visit, Line& line) {
  visit(1, line.attempt);
  visit(2, line.sequence);
  visit(3, line.timestamp_us);
  visit(4, line.level);
  visit(5, line.thread);
  visit(6, line.message);
}

template <class Visitor, class Removal>
void removal_fields(Visitor& visit, Removal& removal) {
  visit(1, removal.execution);
  visit(2, removal.run);
  visit(3, removal.task_id);
  visit(4, removal.attempt);
  visit(5, removal.min_level);
  visit(6, removal.levels, base::or_default(LogRemoval::all_levels));
  visit(7, removal.from_us, base::or_default(INT64_MIN));
  visit(8, removal.until_us, base::or_default(INT64_MAX));
}

/// Appends an operation: its kind, and its record with its length.
template <class Fields>
void append_operation(std::string& out, JournalReader::Kind kind, Fields&& fields) {
  out.push_back(static_cast<char>(kind));
  base::append_sized(out, [&] {
    base::RecordWriter writer(out);
    fields(writer);
  });
}

}  // namespace

bool LogRemoval::matches(const LogSource& source, int32_t line_attempt, model::LogLevel level,
                         int64_t timestamp_us) const {
  return source.execution == execution && (run.is_none() || source.run == run) &&
         (task_id.empty() || source.task_id == task_id) && (!attempt || *attempt == line_attempt) &&
         level >= min_level && (levels >> static_cast<unsigned>(level) & 1) != 0 && timestamp_us >= from_us &&
         timestamp_us <= until_us;
}

void JournalBuffer::add(int32_t number, const LogSource& source, const LogLine& line) {
  Day& day = days_[number];
  if (!day.has_source || day.last_execution != source.execution || day.last_run != source.run) {
    append_operation(day.bytes, JournalReader::Kind::source, [&](auto& writer) { source_fields(writer, source); });
    day.has_source = true;
    day.last_execution = source.execution;
    day.last_run = source.run;
  }
  append_operation(day.bytes, JournalReader::Kind::line, [&](auto& writer) { line_fields(writer, line); });
}

void JournalBuffer::add(int32_t number, const LogRemoval& removal) {
  append_operation(days_[number].bytes, JournalReader::Kind::removal,
                   [&](auto& writer) { removal_fields(writer, removal); });
}

JournalBuffer::Mark JournalBuffer::mark() {
  Mark mark;
  for (auto& [number, day] : days_) {
    mark[number] = day.bytes.size();
    day.has_source = false;  // the following data is independent, so that it can be cut off
  }
  return mark;
}

void JournalBuffer::cut(const Mark& mark) {
  for (auto it = days_.begin(); it != days_.end();) {
    auto kept = mark.find(it->first);
    if (kept == mark.end()) {
      it = days_.erase(it);
      continue;
    }
    it->second.bytes.resize(kept->second);
    it->second.has_source = false;
    ++it;
  }
}

std::vector<int32_t> JournalBuffer::days() const {
  std::vector<int32_t> numbers;
  for (const auto& [number, day] : days_) numbers.push_back(number);
  return numbers;
}

size_t JournalBuffer::bytes() const {
  size_t sum = 0;
  for (const auto& [number, day] : days_) sum += day.bytes.size();
  return sum;
}

base::Result<void> JournalBuffer::write(Connection& main, const std::function<base::Result<int64_t>()>& next_number) {
  for (auto& [number, day] : days_) {
    GYR_TRY(int64_t row, next_number());
    Query insert = main.query("INSERT INTO log_journal(number, day, record) VALUES(?,?,?)");
    GYR_CHECK(insert.bind(row, number, Blob{day.bytes}).run());
  }
  days_.clear();
  return {};
}

bool JournalReader::next() {
  while (decoder_.ok() && !decoder_.at_end()) {
    kind_ = static_cast<Kind>(decoder_.byte());
    base::RecordReader reader(decoder_.bytes());
    if (!decoder_.ok()) return false;
    switch (kind_) {
      case Kind::source: source_fields(reader, source_); break;
      case Kind::line: line_fields(reader, line_); break;
      case Kind::removal: removal_fields(reader, removal_); break;
      default: continue;  // of a later version
    }
    if (!reader.ok()) decoder_.set_damaged();
    return decoder_.ok();
  }
  return false;
}

int32_t day_of(int64_t started_us) {
  // File names have years of four digits: 0000-01-01 to 9999-12-31.
  return static_cast<int32_t>(std::clamp<int64_t>(floor_div(started_us, day_us), -719'528, 2'932'896));
}

base::Id trigger_run(const model::FlowKey& flow, std::string_view trigger_id) {
  std::string name;
  base::Encoder encoder(name);
  encoder.bytes(flow.tenant);
  encoder.bytes(flow.namespace_);
  encoder.bytes(flow.id);
  encoder.bytes(trigger_id);
  ContentHash hash = content_hash(name);
  return base::Id::from_bytes(reinterpret_cast<const unsigned char*>(hash.data()));
}

}  // namespace gyr::store::sqlite
