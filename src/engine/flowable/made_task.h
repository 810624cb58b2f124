// Tasks that a type makes by itself.
#pragma once

#include <initializer_list>
#include <string_view>

#include "engine/flowable/flowable.h"
#include "model/task.h"

namespace gyr::engine {

/// A task `<id of the parent><suffix>`, with the author's nodes for those of its properties that are there.
MadeTask made_task(const model::TaskSpec& parent, std::string_view suffix, std::string_view type,
                   std::initializer_list<std::string_view> properties);

}  // namespace gyr::engine
