#include "host/keyed_mutex.h"

#include "base/one_shot.h"

namespace gyr::executor {

void KeyedMutex::enter(std::string name, std::move_only_function<void(Turn)> begin) {
  {
    std::lock_guard lock(mutex_);
    auto [place, first] = waiting_.try_emplace(name);
    if (!first) {
      place->second.push_back(std::move(begin));
      return;
    }
  }
  begin(Turn(this, std::move(name)));
}

base::Task<KeyedMutex::Turn> KeyedMutex::enter(std::string name, base::Loop* loop) {
  base::OneShot<Turn> mine(*loop);
  enter(std::move(name), [mine](Turn turn) { mine.deliver(std::move(turn)); });
  co_return co_await mine.wait();
}

void KeyedMutex::leave(const std::string& name) {
  std::move_only_function<void(Turn)> next;
  {
    std::lock_guard lock(mutex_);
    auto place = waiting_.find(name);
    if (place->second.empty()) {
      waiting_.erase(place);
      return;
    }
    next = std::move(place->second.front());
    place->second.pop_front();
  }
  next(Turn(this, name));
}

}  // namespace gyr::executor
