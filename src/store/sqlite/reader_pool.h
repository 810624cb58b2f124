// The threads that answer questions.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {

/// A few threads, each with a reader of its own. Work is run in the order it came, each on a fresh snapshot.
class ReaderPool {
 public:
  using Work = std::move_only_function<void(Reader&)>;
  static base::Result<std::unique_ptr<ReaderPool>> open(const ReaderSetup& setup, size_t threads);
  ReaderPool() = default;
  ~ReaderPool() { stop(); }

  /// Any thread. After stop() the work is destroyed without running.
  void submit(Work work);
  /// Lets running work end, drops what waits.
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
