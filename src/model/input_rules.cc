// Rules over all inputs of a flow (table of FLOW-6).
#include <unordered_map>
#include <unordered_set>

#include "model/bind.h"
#include "model/errors.h"
#include "model/input.h"
#include "model/nested.h"

namespace gyr::model {

using syntax::NodePtr;

namespace {

/// The names that occur more than once, each once, in order of their second appearance; `place` becomes that of the
/// first repetition.
template <class Items, class Name>
std::vector<std::string> repeated(const Items& items, Name name, NodePtr& place) {
  std::unordered_map<std::string_view, int> seen;
  std::vector<std::string> result;
  for (const auto& item : items) {
    const auto& [text, node] = name(item);
    if (text.empty() || ++seen[text] != 2) continue;
    if (result.empty()) place = node;
    result.emplace_back(text);
  }
  return result;
}

void check_unique(std::span<const Input> inputs, std::span<const NamedInput> named, const NodePtr& owner,
                  BindContext& context) {
  NodePtr place = owner;
  const auto ids =
      repeated(inputs, [](const Input& input) { return std::pair(std::string_view(input.id), input.node); }, place);
  if (!ids.empty()) {
    context.report(duplicate_id, fmt::format("Duplicate input with name [{}]", fmt::join(ids, ", ")), place).own_words =
        fmt::format("duplicate input id: {}", fmt::join(ids, ", "));
    return;  // their paths are the same, too
  }
  const auto paths = repeated(
      named, [](const NamedInput& item) { return std::pair(std::string_view(item.id), item.input->node); }, place);
  if (!paths.empty())
    context.report(duplicate_id, fmt::format("Duplicate input path [{}]", fmt::join(paths, ", ")), place);
}

/// A cycle is reported for each of its inputs, up to this number of findings.
constexpr size_t max_cycles_told = 100;

void check_nesting(std::span<const NamedInput> named, BindContext& context) {
  std::unordered_set<std::string_view> ids;
  for (const NamedInput& input : named) ids.insert(input.id);
  std::unordered_set<std::string_view> told;
  for (const NamedInput& inner : named) {
    const std::string_view id = inner.id;
    size_t levels = 1;
    for (size_t dot = id.find('.'); dot != id.npos; dot = id.find('.', dot + 1)) {
      if (++levels > NestedMap::max_levels) {
        context.report(conflicting_inputs, fmt::format("Input path has more than {} levels.", NestedMap::max_levels),
                       inner.input->node);
        break;
      }
      const std::string_view outer = id.substr(0, dot);
      if (!ids.contains(outer) || !told.insert(id).second) continue;
      context.report(
          conflicting_inputs,
          fmt::format("Input path '{}' conflicts with '{}'; one cannot be nested under the other.", outer, id),
          inner.input->node);
    }
  }
}

/// The dependencies of all inputs, by position.
class DependencyRules {
 public:
  DependencyRules(std::span<const NamedInput> named, BindContext& context) : named_(named), context_(context) {
    for (size_t i = 0; i < named.size(); ++i) by_id_.try_emplace(named[i].id, i);
  }

  void check() {
    for (const NamedInput& input : named_) {
      if (!input.input->depends_on) continue;
      for (const std::string& other : input.input->depends_on->inputs) {
        if (by_id_.contains(other) || is_of_a_set(other)) continue;
        context_.report(wrong_dependency,
                        fmt::format("Input with id '{}' depends on a non-existent input '{}'.", input.id, other),
                        input.input->node);
      }
    }
    clean_.assign(named_.size(), false);
    size_t told = 0;
    for (size_t i = 0; i < named_.size() && told < max_cycles_told; ++i) told += report_cycle(i) ? 1 : 0;
  }

 private:
  /// Below a REUSABLE_INPUTS, whose inputs are not known here.
  bool is_of_a_set(std::string_view id) const {
    return std::ranges::any_of(named_, [id](const NamedInput& input) {
      return input.input->type == InputType::reusable_inputs && id.starts_with(input.id) &&
             id.substr(input.id.size()).starts_with('.');
    });
  }

  struct Frame {
    size_t input;
    size_t next = 0;  ///< of its dependencies
  };

  bool report_cycle(size_t from) {
    const std::vector<std::string> cycle = find_cycle(from);
    if (cycle.empty()) return false;
    syntax::Diagnostic& found = context_.report(
        wrong_dependency,
        fmt::format("Cycle dependency detected for input with id '{}': [{}]", named_[from].id, fmt::join(cycle, ", ")),
        named_[from].input->node);
    found.own_words = fmt::format("the input \"{}\" depends on itself: {}", named_[from].id, fmt::join(cycle, ", "));
    return true;
  }

  /// The first cycle met from `from`, in order and beginning with the input that closes it; empty where there is none.
  std::vector<std::string> find_cycle(size_t from) {
    std::vector<std::string> cycle;
    if (clean_[from]) return cycle;
    std::vector<bool> on_path(named_.size(), false);
    std::vector<Frame> stack{{from}};
    on_path[from] = true;
    while (!stack.empty()) {
      Frame& top = stack.back();
      const auto& depends = named_[top.input].input->depends_on;
      if (!depends || top.next == depends->inputs.size()) {
        on_path[top.input] = false;
        clean_[top.input] = true;
        stack.pop_back();
        continue;
      }
      const auto found = by_id_.find(depends->inputs[top.next++]);
      if (found == by_id_.end() || clean_[found->second]) continue;
      if (on_path[found->second]) {
        auto begin = std::ranges::find(stack, found->second, &Frame::input);
        for (; begin != stack.end(); ++begin) cycle.push_back(named_[begin->input].id);
        return cycle;
      }
      on_path[found->second] = true;
      stack.push_back({found->second});
    }
    return cycle;
  }

  std::span<const NamedInput> named_;
  BindContext& context_;
  std::unordered_map<std::string_view, size_t> by_id_;
  std::vector<bool> clean_;  // no cycle is reached from it
};

}  // namespace

void check_inputs(std::span<const Input> inputs, const NodePtr& owner, BindContext& context) {
  const std::vector<NamedInput> named = expand_inputs(inputs);
  check_unique(inputs, named, owner, context);
  check_nesting(named, context);
  DependencyRules(named, context).check();
}

}  // namespace gyr::model
