#include "engine/flowable/made_task.h"

#include <string>
#include <vector>

namespace gyr::engine {

MadeTask made_task(const model::TaskSpec& parent, std::string_view suffix, std::string_view type,
                   std::initializer_list<std::string_view> properties) {
  auto text = [](std::string value) { return syntax::Node::scalar(base::Value::string(value), value, true, {}); };
  std::vector<syntax::NodeEntry> entries = {{"id", {}, text(parent.id)}, {"type", {}, text(std::string(type))}};
  for (std::string_view name : properties) {
    if (syntax::NodePtr node = parent.node->find_shared(name))
      entries.push_back({std::string(name), {}, std::move(node)});
  }
  return {parent.id + std::string(suffix), syntax::Node::mapping(std::move(entries), parent.node->span())};
}

}  // namespace gyr::engine
