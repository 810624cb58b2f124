// The description of `errors` and `finally`, which every flowable has.
#pragma once

#include "engine/flowable/flowable.h"
#include "model/bind.h"
#include "model/task.h"

namespace gyr::engine {

/// `builder.with(describe_lists<T>)` for a T with `errors` and `finals`.
template <class Builder>
void describe_lists(Builder& builder) {
  builder.property("errors", &Builder::Properties::errors, {.title = "Tasks to run when one of the tasks has failed"})
      .property("finally", &Builder::Properties::finals, {.title = "Tasks to run at the end, whatever happened"});
}

}  // namespace gyr::engine
