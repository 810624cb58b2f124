// Descriptions of the lists that flowables share: `tasks` in most, `errors` and `finally` in all.
#pragma once

#include "engine/flowable/flowable.h"
#include "model/bind.h"
#include "model/task.h"

namespace gyr::engine {

/// Describes `errors` and `finals` of a T: `.with([](auto& builder) { describe_lists(builder); })`.
template <class Builder>
void describe_lists(Builder& builder) {
  builder.property("errors", &Builder::Properties::errors, {.title = "Tasks to run after a failure"})
      .property("finally", &Builder::Properties::finals,
                {.title = "Tasks to run at the end, after success and after failure"});
}

/// The lists of a T with `tasks`, `errors` and `finals`.
template <class Properties>
ChildLists lists_of(const model::TaskSpec& spec) {
  const auto& properties = spec.properties<Properties>();
  return {{{"tasks", &properties.tasks}}, &properties.errors, &properties.finals};
}

}  // namespace gyr::engine
