#include "store/sqlite/log_filer.h"

#include <algorithm>

#include "base/assert.h"
#include "base/edge.h"
#include "base/log.h"
#include "base/memory.h"

namespace gyr::store::sqlite {
namespace {

// Long enough to gather many commits, short enough that readers find little in the journal.
constexpr auto gather_time = std::chrono::milliseconds(200);
constexpr size_t gather_bytes = 1 << 20;
// A portion: some milliseconds of inserts, so that a drop or a stop is not kept waiting.
constexpr size_t portion_bytes = 1 << 20;
constexpr size_t row_bytes = 100;
// Day files held open: today, yesterday, and what long-running executions started in.
constexpr size_t open_days = 4;
// After a failure (a full disk, say) the next attempt waits for this or for new lines.
constexpr auto retry_time = std::chrono::seconds(1);

}  // namespace

LogFiler::LogFiler(LogDays& days, std::string main_path, std::string vfs)
    : days_(days), main_path_(std::move(main_path)), vfs_(std::move(vfs)) {}

LogFiler::~LogFiler() { stop(); }

base::Result<void> LogFiler::start() {
  GYR_TRY(main_, Connection::open(main_path_, Connection::Mode::read, vfs_));
  GYR_TRY(newest_row_, main_->number("SELECT max(number) FROM log_journal"));
  for (int32_t day : days_.all()) recover(day);
  thread_ = std::thread([this] { run(); });
  return {};
}

void LogFiler::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
  open_.clear();
  main_.reset();
}

void LogFiler::journal_grew(int64_t newest_row, size_t bytes) {
  std::lock_guard lock(mutex_);
  // While the thread gathers it looks by itself when the time is over. Waking it for each commit would cost the writer
  // more than it writes.
  const bool is_first = newest_row_ <= filed_.load();
  const bool is_enough = waiting_bytes_ < gather_bytes && waiting_bytes_ + bytes >= gather_bytes;
  newest_row_ = newest_row;
  waiting_bytes_ += bytes;
  if (is_first || is_enough) changed_.notify_all();
}

bool LogFiler::flush() {
  std::unique_lock lock(mutex_);
  int64_t wanted = newest_row_;
  ++flushers_;
  failing_ = false;
  changed_.notify_all();
  changed_.wait(lock, [&] { return filed_.load() >= wanted || failing_ || stopping_; });
  --flushers_;
  changed_.notify_all();
  return filed_.load() >= wanted;
}

void LogFiler::drop_day(int32_t day) {
  std::unique_lock lock(mutex_);
  if (stopping_) return;
  to_drop_.push_back(day);
  size_t ticket = ++asked_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return dropped_ >= ticket || stopping_; });
}

void LogFiler::run() {
  std::unique_lock lock(mutex_);
  auto hurried = [this] { return stopping_ || flushers_ > 0 || !to_drop_.empty(); };
  while (true) {
    base::wait_when_idle(changed_, lock, [&] { return hurried() || newest_row_ > filed_.load(); });
    if (!to_drop_.empty()) {
      auto drop = std::exchange(to_drop_, {});
      lock.unlock();
      for (int32_t day : drop) unlink_day(day);
      lock.lock();
      dropped_ += drop.size();
      changed_.notify_all();
      continue;
    }
    if (newest_row_ <= filed_.load()) {
      if (stopping_) return;
      if (flushers_ > 0) {
        changed_.notify_all();
        changed_.wait(lock,
                      [&] { return flushers_ == 0 || stopping_ || !to_drop_.empty() || newest_row_ > filed_.load(); });
      }
      continue;
    }
    changed_.wait_until(lock, base::monotonic_now() + gather_time,
                        [&] { return hurried() || waiting_bytes_ >= gather_bytes; });
    waiting_bytes_ = 0;
    int64_t wanted = newest_row_;
    lock.unlock();
    auto filed = file_some_guarded(wanted);
    lock.lock();
    if (filed) {
      changed_.notify_all();
      continue;
    }
    base::log::warn("cannot move log lines from the journal to their files, trying again later: {}",
                    filed.error().to_string());
    failing_ = true;
    changed_.notify_all();
    if (stopping_) return;
    changed_.wait_until(lock, base::monotonic_now() + retry_time, hurried);
  }
}

base::Result<void> LogFiler::file_some_guarded(int64_t wanted) {
  try {
    base::maybe_throw(base::Edge::log_filer, "lines");
    return file_some(wanted);
  } catch (...) {
    base::Error error = base::caught_at(base::Edge::log_filer, "filing log lines");
    begun_.clear();
    open_.clear();  // closing a file rolls back uncommitted changes; it is opened again
    return base::fail(std::move(error));
  }
}

base::Result<void> LogFiler::file_some(int64_t wanted) {
  Query rows = main_->query("SELECT number, day, record FROM log_journal WHERE number>? ORDER BY number");
  rows.bind(filed_.load());
  int64_t last = filed_.load();
  size_t bytes = 0;
  bool exhausted = false;
  std::optional<int32_t> failed_day;
  base::Result<void> outcome;
  while (bytes < portion_bytes && outcome) {
    if (!rows.next()) {
      exhausted = true;
      outcome = rows.finish();
      break;
    }
    auto day = static_cast<int32_t>(rows.integer(1));
    std::string_view record = rows.blob(2);
    outcome = apply_row(day, rows.integer(0), record);
    if (!outcome) failed_day = day;
    GYR_ASSERT(rows.integer(0) > last);  // otherwise rows would be moved again without end
    last = rows.integer(0);
    bytes += record.size() + row_bytes;
  }
  for (int32_t day : std::exchange(begun_, {})) {
    GYR_TRY(LogDayWriter * writer, day_writer(day));
    if (outcome) {
      outcome = writer->commit();
      if (!outcome) failed_day = day;
    }
    if (!outcome) writer->roll_back();
  }
  while (open_.size() > open_days) open_.pop_back();
  if (!outcome) {
    if (outcome.error().code() == store_damaged && failed_day) set_aside(*failed_day);
    return outcome;
  }
  // All there was up to `wanted` is filed; numbers that a rollback left out do not come.
  filed_.store(exhausted ? std::max(last, wanted) : last, std::memory_order_release);
  return {};
}

base::Result<void> LogFiler::apply_row(int32_t day, int64_t row, std::string_view record) {
  GYR_TRY(LogDayWriter * writer, day_writer(day));
  if (std::find(begun_.begin(), begun_.end(), day) == begun_.end()) {
    GYR_CHECK(writer->begin());
    begun_.push_back(day);
  }
  auto applied = writer->apply(row, record);
  if (!applied && applied.error().code() == base::damaged_record) {
    base::log::error("row {} of the log journal is damaged, its log lines are lost", row);
    return {};
  }
  return applied;
}

base::Result<LogDayWriter*> LogFiler::day_writer(int32_t day) {
  auto found = std::find_if(open_.begin(), open_.end(), [day](const auto& entry) { return entry.first == day; });
  if (found != open_.end()) {
    open_.splice(open_.begin(), open_, found);
    return open_.front().second.get();
  }
  auto writer = LogDayWriter::open(days_.path(day), vfs_);
  if (!writer && writer.error().code() == store_damaged) {
    set_aside(day);
    writer = LogDayWriter::open(days_.path(day), vfs_);
  }
  if (!writer) return base::fail(writer.error());
  open_.emplace_front(day, *std::move(writer));
  days_.add(day);
  return open_.front().second.get();
}

void LogFiler::recover(int32_t day) {
  std::error_code error;
  if (!std::filesystem::exists(days_.path(day) + "-journal", error)) return;
  auto writer = day_writer(day);
  if (!writer)
    base::log::warn("{} was left incomplete by the last run and cannot be repaired: {}", days_.path(day),
                    writer.error().to_string());
  close_day(day);
}

void LogFiler::set_aside(int32_t day) {
  close_day(day);
  std::string path = days_.path(day);
  std::error_code error;
  std::filesystem::rename(path, path + ".damaged", error);
  base::log::error("{} is damaged; it is kept as {}.damaged and a new file is started", path, path);
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path + suffix, error);
  days_.remove(day);
}

void LogFiler::close_day(int32_t day) {
  std::erase_if(open_, [day](const auto& entry) { return entry.first == day; });
}

void LogFiler::unlink_day(int32_t day) {
  close_day(day);
  days_.remove(day);
  std::error_code error;
  std::string path = days_.path(day);
  // The database first: without it, the other two have no meaning.
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(path + suffix, error);
    if (error) base::log::warn("cannot delete {}{}: {}", path, suffix, error.message());
  }
}

}  // namespace gyr::store::sqlite
