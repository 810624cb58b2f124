#include "store/sqlite/log_day.h"

#include <algorithm>

#include "base/log.h"
#include "store/sqlite/rollup.h"

namespace gyr::store::sqlite {
namespace {

// Sources with a known number, about 60 bytes each; the cache is cleared above this number.
constexpr size_t cached_sources = 32'768;

constexpr std::string_view name_head = "logs-";
constexpr std::string_view name_tail = ".db";

}  // namespace

std::string log_day_name(int32_t day) {
  std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{}{:04}-{:02}-{:02}{}", name_head, static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), name_tail);
}

std::optional<int32_t> parse_log_day_name(std::string_view name) {
  if (!name.starts_with(name_head) || !name.ends_with(name_tail)) return std::nullopt;
  std::string_view text = name.substr(name_head.size(), name.size() - name_head.size() - name_tail.size());
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  auto number = [](std::string_view digits) -> int {
    int value = -1;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() ? value : -1;
  };
  int year = number(text.substr(0, 4)), month = number(text.substr(5, 2)), day = number(text.substr(8, 2));
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                   std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

LogDays::LogDays(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
    if (auto day = parse_log_day_name(it->path().filename().string())) days_[*day] = true;
  }
  if (error) base::log::warn("cannot list {}: {}", folder_.string(), error.message());
}

std::vector<int32_t> LogDays::all() const {
  std::lock_guard lock(mutex_);
  std::vector<int32_t> days;
  for (const auto& [day, there] : days_) days.push_back(day);
  return days;
}

bool LogDays::has(int32_t day) const {
  std::lock_guard lock(mutex_);
  return days_.contains(day);
}

void LogDays::add(int32_t day) {
  std::lock_guard lock(mutex_);
  days_[day] = true;
}

void LogDays::remove(int32_t day) {
  std::lock_guard lock(mutex_);
  days_.erase(day);
  ++removals_;
}

uint64_t LogDays::removals() const {
  std::lock_guard lock(mutex_);
  return removals_;
}

base::Result<std::unique_ptr<LogDayWriter>> LogDayWriter::open(const std::string& path, const std::string& vfs) {
  auto writer = std::make_unique<LogDayWriter>();
  GYR_TRY(writer->connection_, Connection::open(path, Connection::Mode::create, vfs));
  // FULL: a journal row is only deleted when its lines are on disk.
  GYR_CHECK(
      writer->connection_->script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
                                  "PRAGMA cache_size=-4096; PRAGMA journal_size_limit=16777216"));
  GYR_CHECK(migrate(*writer->connection_, Schema::logs));
  GYR_TRY(writer->applied_, writer->connection_->number("SELECT value FROM meta WHERE name='applied'"));
  GYR_TRY(writer->last_us_, writer->connection_->number("SELECT value FROM meta WHERE name='last'"));
  return writer;
}

base::Result<void> LogDayWriter::begin() {
  applying_ = applied_;
  return connection_->query("BEGIN IMMEDIATE").run();
}

base::Result<void> LogDayWriter::apply(int64_t journal_row, std::string_view record) {
  if (journal_row <= applied_) return {};  // it was there before a crash
  JournalReader reader(record);
  int64_t source = 0;
  while (reader.next()) {
    switch (reader.kind()) {
      case JournalReader::Kind::source: {
        GYR_TRY(source, source_number(reader.source()));
        break;
      }
      case JournalReader::Kind::line: GYR_CHECK(write_line(reader.source(), source, reader.line())); break;
      case JournalReader::Kind::removal: GYR_CHECK(remove(reader.removal())); break;
    }
  }
  GYR_CHECK(reader.finish());
  applying_ = journal_row;
  return {};
}

base::Result<void> LogDayWriter::commit() {
  Query applied = connection_->query("UPDATE meta SET value=? WHERE name=?");
  GYR_CHECK(applied.bind(applying_, std::string_view("applied")).run());
  GYR_CHECK(applied.bind(last_us_, std::string_view("last")).run());
  GYR_CHECK(connection_->query("COMMIT").run());
  applied_ = applying_;
  int pages = 0;
  sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, nullptr);
  return {};
}

void LogDayWriter::roll_back() {
  if (connection_->in_transaction()) sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  sources_.clear();
}

base::Result<int64_t> LogDayWriter::source_number(const LogSource& source) {
  SourceName name{source.execution, source.run};
  if (auto found = sources_.find(name); found != sources_.end()) return found->second;
  Query find = connection_->query("SELECT number FROM sources WHERE execution=? AND run=?");
  int64_t number = 0;
  if (find.bind(source.execution, source.run).next()) {
    number = find.integer(0);
  } else {
    GYR_CHECK(find.finish());
    Query add =
        connection_->query("INSERT INTO sources(execution, run, tenant, flow, task, trigger_id) VALUES(?,?,?,?,?,?)");
    add.bind(source.execution, source.run, source.tenant, source.flow, source.task_id, source.trigger_id);
    GYR_CHECK(add.run());
    number = sqlite3_last_insert_rowid(connection_->handle());
  }
  if (sources_.size() >= cached_sources) sources_.clear();
  sources_.emplace(name, number);
  return number;
}

base::Result<void> LogDayWriter::write_line(const LogSource& source, int64_t number, const LogLine& line) {
  int64_t sequence = line.sequence;
  if (source.execution.is_none()) {  // lines of triggers are counted here
    Query last = connection_->query("SELECT max(id) FROM lines WHERE id BETWEEN ? AND ?");
    last.bind(number << sequence_bits, (number << sequence_bits) | UINT32_MAX);
    if (last.next()) sequence = (last.integer(0) & UINT32_MAX) + 1;
    GYR_CHECK(last.finish());
  }
  Query write = connection_->query(
      "INSERT OR REPLACE INTO lines(id, tenant, flow, level, timestamp, attempt, thread, message) "
      "VALUES(?,?,?,?,?,?,?,?)");
  write.bind((number << sequence_bits) | sequence, source.tenant, source.flow, static_cast<int32_t>(line.level),
             line.timestamp_us, line.attempt, line.thread, Blob{line.message});
  last_us_ = std::max(last_us_, line.timestamp_us);
  return write.run();
}

base::Result<void> LogDayWriter::remove(const LogRemoval& removal) {
  Query sources = connection_->query("SELECT number, run, task FROM sources WHERE execution=?");
  sources.bind(removal.execution);
  std::vector<int64_t> numbers;
  while (sources.next()) {
    if (!removal.run.is_none() && sources.id(1) != removal.run) continue;
    if (!removal.task_id.empty() && sources.text(2) != removal.task_id) continue;
    numbers.push_back(sources.integer(0));
  }
  GYR_CHECK(sources.finish());
  bool everything = !removal.attempt && removal.min_level == model::LogLevel::trace && removal.takes_all_times();
  for (int64_t number : numbers) {
    Query remove = connection_->query(
        "DELETE FROM lines WHERE id BETWEEN ?1 AND ?2 AND level>=?3 AND (?4 IS NULL OR attempt=?4) AND (?5 >> level & "
        "1) AND timestamp BETWEEN ?6 AND ?7");
    remove.bind(number << sequence_bits, (number << sequence_bits) | UINT32_MAX,
                static_cast<int32_t>(removal.min_level));
    if (removal.attempt) {
      remove.bind(*removal.attempt);
    } else {
      remove.bind(nullptr);
    }
    remove.bind(static_cast<int32_t>(removal.levels), removal.from_us, removal.until_us);
    GYR_CHECK(remove.run());
    if (everything) GYR_CHECK(connection_->query("DELETE FROM sources WHERE number=?").bind(number).run());
  }
  if (everything) sources_.clear();
  return {};
}

}  // namespace gyr::store::sqlite
