#include "store/sqlite/log_journal.h"

#include <algorithm>

#include "store/record.h"
#include "store/sqlite/rollup.h"

namespace gyr::store::sqlite {
namespace {

constexpr uint8_t journal_version = 1;

}  // namespace

bool LogRemoval::matches(const LogSource& source, int32_t line_attempt, model::LogLevel level,
                         int64_t timestamp_us) const {
  return source.execution == execution && (run.is_none() || source.run == run) &&
         (task_id.empty() || source.task_id == task_id) && (!attempt || *attempt == line_attempt) &&
         level >= min_level && (levels >> static_cast<unsigned>(level) & 1) != 0 && timestamp_us >= from_us &&
         timestamp_us <= until_us;
}

JournalBuffer::Day& JournalBuffer::day(int32_t number) {
  Day& day = days_[number];
  if (day.bytes.empty()) day.bytes.push_back(static_cast<char>(journal_version));
  return day;
}

void JournalBuffer::add(int32_t number, const LogSource& source, const LogLine& line) {
  Day& day = this->day(number);
  base::Encoder encoder(day.bytes);
  if (!day.has_source || day.last_execution != source.execution || day.last_run != source.run) {
    encoder.byte(static_cast<uint8_t>(JournalReader::Kind::source));
    encoder.id(source.execution);
    encoder.id(source.run);
    encoder.integer(source.tenant);
    encoder.integer(source.flow);
    encoder.bytes(source.task_id);
    encoder.bytes(source.trigger_id);
    day.has_source = true;
    day.last_execution = source.execution;
    day.last_run = source.run;
  }
  encoder.byte(static_cast<uint8_t>(JournalReader::Kind::line));
  encoder.integer(line.attempt);
  encoder.varint(line.sequence);
  encoder.integer(line.timestamp_us);
  encoder.byte(static_cast<uint8_t>(line.level));
  encoder.bytes(line.thread);
  encoder.bytes(line.message);
}

void JournalBuffer::add(int32_t number, const LogRemoval& removal) {
  Day& day = this->day(number);
  base::Encoder encoder(day.bytes);
  const bool limited = !removal.takes_all_times();
  encoder.byte(static_cast<uint8_t>(limited ? JournalReader::Kind::limited_removal : JournalReader::Kind::removal));
  encoder.id(removal.execution);
  encoder.id(removal.run);
  encoder.bytes(removal.task_id);
  encoder.boolean(removal.attempt.has_value());
  encoder.integer(removal.attempt.value_or(0));
  encoder.byte(static_cast<uint8_t>(removal.min_level));
  if (!limited) return;
  encoder.byte(removal.levels);
  encoder.integer(removal.from_us);
  encoder.integer(removal.until_us);
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

JournalReader::JournalReader(std::string_view record) : decoder_(record) {
  if (decoder_.byte() != journal_version) decoder_.set_damaged();
}

model::LogLevel JournalReader::level() {
  uint8_t number = decoder_.byte();
  if (number > static_cast<uint8_t>(model::LogLevel::error)) decoder_.set_damaged();
  return static_cast<model::LogLevel>(number);
}

bool JournalReader::next() {
  if (!decoder_.ok() || decoder_.at_end()) return false;
  kind_ = static_cast<Kind>(decoder_.byte());
  switch (kind_) {
    case Kind::source:
      source_.execution = decoder_.id();
      source_.run = decoder_.id();
      source_.tenant = decoder_.integer();
      source_.flow = decoder_.integer();
      source_.task_id = decoder_.bytes();
      source_.trigger_id = decoder_.bytes();
      break;
    case Kind::line:
      line_.attempt = static_cast<int32_t>(decoder_.integer());
      line_.sequence = static_cast<uint32_t>(decoder_.varint());
      line_.timestamp_us = decoder_.integer();
      line_.level = level();
      line_.thread = decoder_.bytes();
      line_.message = decoder_.bytes();
      break;
    case Kind::removal:
    case Kind::limited_removal: {
      removal_ = {};
      removal_.execution = decoder_.id();
      removal_.run = decoder_.id();
      removal_.task_id = decoder_.bytes();
      bool has_attempt = decoder_.boolean();
      auto attempt = static_cast<int32_t>(decoder_.integer());
      removal_.attempt = has_attempt ? std::optional(attempt) : std::nullopt;
      removal_.min_level = level();
      if (kind_ == Kind::removal) break;
      removal_.levels = decoder_.byte();
      removal_.from_us = decoder_.integer();
      removal_.until_us = decoder_.integer();
      break;
    }
    default: decoder_.set_damaged();
  }
  return decoder_.ok();
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
