// What a page can follow over the stream of events: one topic of a subscription (UI-1000 to UI-1003).
//
// A topic notes changes on the threads that publish them, and looks at the store on the loop of its stream, at most
// five times per second. It sends what differs: states with their latest value only, log lines all of them.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/task.h"
#include "cluster/change_hub.h"
#include "web/http/core.h"
#include "web/http/request.h"

namespace gyr::web {

/// The frames of one look, and what a topic needs for it. Lives on the loop of the stream.
class LiveLook {
 public:
  /// `caller`: whose rights decide what is sent; judged for each look, so that a right that was taken away counts.
  LiveLook(Core& core, base::Loop& loop, Caller caller, int64_t revision)
      : core_(core), loop_(loop), caller_(caller), revision_(revision), last_number_(revision) {}

  Core& core() { return core_; }
  const Services& services() const { return core_.services; }
  base::Loop& loop() { return loop_; }
  store::Visible visible(const Right& right) const { return Authorisation::visible_by(caller_, right); }
  /// Of what this look finds: microseconds, read before the store.
  int64_t revision() const { return revision_; }
  /// Adds `{"topic":…,"revision":…,<content>}`; an overflow instead if that is too large for a frame.
  void add(std::string_view topic, int64_t revision, std::string_view content);
  /// Too much has happened: the page asks once by the operation that the topic belongs to.
  void add_overflow(std::string_view topic, int64_t revision) { add(topic, revision, R"("overflow":true)"); }
  /// A frame and its number in the stream, by which a browser that reconnects names it.
  struct Frame {
    int64_t number = 0;
    std::string json;
  };
  std::vector<Frame> take() { return std::exchange(frames_, {}); }
  /// Of the last frame; at first as the revision.
  int64_t last_number() const { return last_number_; }

 private:
  Core& core_;
  base::Loop& loop_;
  const Caller caller_;
  int64_t revision_;
  int64_t last_number_;
  std::vector<Frame> frames_;
};

/// The rights that topics need.
inline constexpr Right may_see_executions{"EXECUTION", Action::read};
inline constexpr Right may_see_flows{"FLOW", Action::read};
inline constexpr Right may_see_instance{"INSTANCE", Action::read};

/// What has changed since the last look. Thread-safe.
class LiveChanges {
 public:
  /// More changed rows than this are an overflow.
  static constexpr size_t max_rows = 200;

  void note(const executor::Change& change);
  /// Everything can have changed.
  void note_all();

  struct Taken {
    bool any = false;
    bool overflow = false;
    std::set<base::Id> executions;
    std::set<std::pair<model::FlowKey, std::string>> triggers;
  };
  Taken take();
  bool any() const;

 private:
  mutable std::mutex mutex_;
  Taken changes_;
};

/// One topic. look() and resume() run on the loop of the stream, one at a time.
class LiveTopic {
 public:
  explicit LiveTopic(std::string name) : name_(std::move(name)), changes_(std::make_shared<LiveChanges>()) {}
  virtual ~LiveTopic() = default;
  LiveTopic(const LiveTopic&) = delete;
  LiveTopic& operator=(const LiveTopic&) = delete;

  const std::string& name() const { return name_; }
  /// The revision that the page has now: events come after it.
  int64_t revision() const { return revision_; }
  const std::shared_ptr<LiveChanges>& changes() const { return changes_; }
  /// Subscribes; `noted` runs after a change was noted, on any thread.
  virtual executor::ChangeHub::Subscription watch(executor::ChangeHub& hub, std::function<void()> noted) = 0;
  virtual base::Task<base::Result<void>> look(LiveLook& look, LiveChanges::Taken taken) = 0;
  /// Frames with a later number were lost: what they said is sent again.
  virtual void resume(int64_t last_frame) = 0;
  /// Whether its revisions are numbers of lines, not times.
  virtual bool is_numbered() const { return false; }
  /// Whether it must look without a change, as what it shows is not part of the store.
  virtual bool looks_always() const { return false; }

  base::MonotonicTime next_look{};

 protected:
  void set_revision(int64_t revision) { revision_ = revision; }

 private:
  const std::string name_;
  int64_t revision_ = 0;
  const std::shared_ptr<LiveChanges> changes_;
};

/// The topic of a text, e.g. `runs:ID`; bad_argument with the reason if there is none. `since`: the revision that the
/// page has; without it, what is sent first is everything, or what follows.
base::Task<base::Result<std::shared_ptr<LiveTopic>>> make_topic(Request* request, std::string text,
                                                                std::optional<int64_t> since);

}  // namespace gyr::web
