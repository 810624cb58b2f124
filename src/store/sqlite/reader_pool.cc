#include "store/sqlite/reader_pool.h"

#include "base/edge.h"
#include "base/memory.h"

namespace gyr::store::sqlite {

base::Result<std::unique_ptr<ReaderPool>> ReaderPool::open(const ReaderSetup& setup, size_t threads) {
  auto pool = std::make_unique<ReaderPool>();
  for (size_t i = 0; i < threads; ++i) {
    GYR_TRY(auto reader, SqliteReader::open(setup, true));
    pool->readers_.push_back(std::move(reader));
  }
  for (auto& reader : pool->readers_)
    pool->threads_.emplace_back([pool = pool.get(), &reader = *reader] { pool->run(reader); });
  return pool;
}

void ReaderPool::submit(Work work) {
  std::lock_guard lock(mutex_);
  if (stopping_) return;
  waiting_.push_back(std::move(work));
  arrived_.notify_one();
}

void ReaderPool::stop() {
  std::deque<Work> dropped;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped = std::exchange(waiting_, {});
    arrived_.notify_all();
  }
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  readers_.clear();
}

void ReaderPool::run(SqliteReader& reader) {
  std::unique_lock lock(mutex_);
  while (true) {
    base::wait_when_idle(arrived_, lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Work work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    try {
      base::maybe_throw(base::Edge::reader, "question");
      work(reader);
    } catch (...) {
      base::FailedJob failed(base::caught_at(base::Edge::reader, "a question to the store"));
      work = nullptr;
    }
    reader.release();
    work = nullptr;  // destroyed before the next wait
    lock.lock();
  }
}

}  // namespace gyr::store::sqlite
