// Tasks that a type generates.
#pragma once

#include <initializer_list>
#include <string_view>

#include "engine/flowable/flowable.h"
#include "model/task.h"

namespace gyr::engine {

/// Returns a task `<id of the parent><suffix>`, with the nodes of the author for the properties that are present.
MadeTask made_task(const model::TaskSpec& parent, std::string_view suffix, std::string_view type,
                   std::initializer_list<std::string_view> properties);

}  // namespace gyr::engine
