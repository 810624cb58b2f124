// KeyedMutex: mutual exclusion by name, for example for the writers of one namespace file (NSF-3).
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/loop.h"
#include "base/task.h"

namespace gyr::executor {

/// The owner of the Turn of a name has exclusive access; others wait in order. Usable from any thread and loop. Must
/// outlive its turns.
class KeyedMutex {
 public:
  /// The turn ends with this object.
  class Turn {
   public:
    Turn(KeyedMutex* turns, std::string name) : turns_(turns), name_(std::move(name)) {}
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)), name_(std::move(other.name_)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turns_ != nullptr) turns_->leave(name_);
    }

   private:
    KeyedMutex* turns_;
    std::string name_;
  };

  /// `begin` gets the turn: immediately if the name is free, otherwise on the thread that releases it. It must not
  /// block there.
  void enter(std::string name, std::move_only_function<void(Turn)> begin);
  base::Task<Turn> enter(std::string name, base::Loop* loop);

 private:
  using Waiting = std::deque<std::move_only_function<void(Turn)>>;
  void leave(const std::string& name);

  std::mutex mutex_;
  std::unordered_map<std::string, Waiting> waiting_;  ///< the names that have an owner
};

}  // namespace gyr::executor
