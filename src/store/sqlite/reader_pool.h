// The threads that run queries.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {

/// A few threads, each with its own reader. Work runs in the order of its arrival, each with a new snapshot.
class ReaderPool {
 public:
  using Work = std::move_only_function<void(Reader&)>;
  static base::Result<std::unique_ptr<ReaderPool>> open(const ReaderSetup& setup, size_t threads);
  ReaderPool() = default;
  ~ReaderPool() { stop(); }

  /// Thread-safe. After stop(), the work is destroyed without running.
  void submit(Work work);
  /// Waits for running work and drops waiting work.
  void stop();

 private:
  void run(SqliteReader& reader);

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Work> waiting_;
  bool stopping_ = false;
  std::vector<std::unique_ptr<SqliteReader>> readers_;
  std::vector<std::thread> threads_;
};

}  // namespace gyr::store::sqlite
