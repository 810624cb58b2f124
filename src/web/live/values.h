// Subscriptions to events, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// A topic, and what the page has of it.
struct TopicWanted {
  std::string topic;
  std::optional<int64_t> since;
};

/// A change of the topics of a stream.
struct Subscription {
  std::vector<TopicWanted> subscribe;
  std::vector<std::string> unsubscribe;
};

/// A topic that was added.
struct SubscribedTopic {
  std::string topic;
  int64_t revision = 0;
};

/// The topics that were added.
struct SubscribedTopics {
  std::vector<SubscribedTopic> topics;
};

}  // namespace json

template <>
struct Described<json::TopicWanted> {
  using T = json::TopicWanted;
  static constexpr std::string_view name = "TopicWanted";
  static constexpr auto fields =
      std::tuple(field("topic", &T::topic,
                       {.documentation = "execution:ID, runs:ID[:PARENT], log:ID?minLevel=, executions?filters, "
                                         "triggers?filters, flow:NAMESPACE/ID or system"}),
                 field("since", &T::since,
                       {.documentation = "What the page has: `revision` of an answer, or for a log the number of its "
                                         "last line"}));
};
template <>
struct Described<json::Subscription> {
  using T = json::Subscription;
  static constexpr std::string_view name = "Subscription";
  static constexpr auto fields = std::tuple(field("subscribe", &T::subscribe, {.optional = true}),
                                            field("unsubscribe", &T::unsubscribe, {.optional = true}));
};
template <>
struct Described<json::SubscribedTopic> {
  using T = json::SubscribedTopic;
  static constexpr std::string_view name = "SubscribedTopic";
  static constexpr auto fields = std::tuple(field("topic", &T::topic), field("revision", &T::revision));
};
template <>
struct Described<json::SubscribedTopics> {
  using T = json::SubscribedTopics;
  static constexpr std::string_view name = "SubscribedTopics";
  static constexpr auto fields = std::tuple(field("topics", &T::topics));
};

}  // namespace gyr::web
