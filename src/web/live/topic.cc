#include "web/live/topic.h"

#include "web/http/answers.h"
#include "web/http/limits.h"

namespace gyr::web {

void LiveLook::add(std::string_view topic, int64_t revision, std::string_view content) {
  std::string frame = R"({"topic":)";
  append_json(frame, topic);
  frame += fmt::format(R"(,"revision":{},)", revision);
  if (frame.size() + content.size() + 1 > event_bytes) {
    frame += R"("overflow":true})";
  } else {
    frame += content;
    frame += '}';
  }
  frames_.push_back({++last_number_, std::move(frame)});
}

void LiveChanges::note(const executor::Change& change) {
  std::lock_guard lock(mutex_);
  changes_.any = true;
  if (changes_.executions.size() + changes_.triggers.size() >= max_rows) {
    changes_.overflow = true;
  } else if (change.flow != nullptr) {
    changes_.triggers.emplace(*change.flow, change.trigger);
  } else {
    changes_.executions.insert(change.execution);
  }
}

void LiveChanges::note_all() {
  std::lock_guard lock(mutex_);
  changes_.any = true;
  changes_.overflow = true;
}

LiveChanges::Taken LiveChanges::take() {
  std::lock_guard lock(mutex_);
  return std::exchange(changes_, {});
}

bool LiveChanges::any() const {
  std::lock_guard lock(mutex_);
  return changes_.any;
}

}  // namespace gyr::web
