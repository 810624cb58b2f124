// Awaits the answers of other threads on the loop: readers of the store, pools, the executor.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "base/edge.h"
#include "base/error.h"
#include "base/one_shot.h"
#include "base/task.h"
#include "command/errors.h"
#include "net/loop.h"
#include "store/store.h"
#include "web/http/errors.h"

namespace gyr::web {

/// The sender of one answer. If it is destroyed without an answer, it sends an error, so that the receiver never waits
/// for ever: the exception that ended its job, or that the server is shutting down (queues are then destroyed without
/// running).
template <class T>
class AnswerSlot {
 public:
  explicit AnswerSlot(base::OneShot<base::Result<T>> slot) : slot_(std::move(slot)) {}
  AnswerSlot(AnswerSlot&& other) noexcept : slot_(std::exchange(other.slot_, std::nullopt)) {}
  AnswerSlot& operator=(AnswerSlot&&) = delete;
  ~AnswerSlot() {
    if (!slot_) return;
    const base::Error* thrown = base::FailedJob::current();
    slot_->deliver(
        base::fail(thrown != nullptr ? *thrown : base::Error(executor::shutting_down, "the server is shutting down")));
  }

  /// Call it once; thread-safe.
  void give(base::Result<T> value) { std::exchange(slot_, std::nullopt)->deliver(std::move(value)); }

 private:
  std::optional<base::OneShot<base::Result<T>>> slot_;
};

/// Runs `work` on a reader of the store and awaits its result on `loop`.
template <class T>
base::Task<base::Result<T>> read(store::Store* store, base::Loop* loop,
                                 std::move_only_function<base::Result<T>(store::Reader&)> work) {
  base::OneShot<base::Result<T>> slot(*loop);
  store->read([answer = AnswerSlot<T>(slot), work = std::move(work)](store::Reader& reader) mutable {
    answer.give(work(reader));
  });
  co_return co_await slot.wait();
}

/// Runs `work` on a thread of the pool and awaits its result on `loop`.
template <class T>
base::Task<base::Result<T>> on_pool(net::Pool* pool, base::Loop* loop,
                                    std::move_only_function<base::Result<T>()> work) {
  base::OneShot<base::Result<T>> slot(*loop);
  pool->post([answer = AnswerSlot<T>(slot), work = std::move(work)]() mutable { answer.give(work()); });
  co_return co_await slot.wait();
}

/// Calls `start` with a function that accepts the answer on any thread, and waits for it.
template <class T>
base::Task<base::Result<T>> answer_of(
    base::Loop* loop, std::move_only_function<void(std::move_only_function<void(base::Result<T>)>)> start) {
  base::OneShot<base::Result<T>> slot(*loop);
  start([answer = AnswerSlot<T>(slot)](base::Result<T> value) mutable { answer.give(std::move(value)); });
  co_return co_await slot.wait();
}

/// Commits a batch and waits until it is durable; 403 if the caller may not change all of its rows.
inline base::Task<base::Result<void>> commit(store::Store* store, base::Loop* loop, store::Access access,
                                             store::Batch batch) {
  if (!batch.is_allowed(access)) co_return base::fail(forbidden, "you do not have permission to do this");
  base::OneShot<base::Result<void>> slot(*loop);
  store->commit(std::move(batch), [slot](base::Result<void> outcome) { slot.deliver(std::move(outcome)); });
  co_return co_await slot.wait();
}

}  // namespace gyr::web
