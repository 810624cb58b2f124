#include "worker/job_context.h"

#include <map>

#include "engine/context.h"

namespace gyr::worker {

using base::Value;
using expression::Lookup;

namespace {

/// The entry of a context that is not a root name.
bool is_hidden(std::string_view root) {
  return root == engine::partial_root || root == engine::partial_states_root || root == engine::known_tasks_root;
}

}  // namespace

/// Part of an entry, below some of its values: what is not here may be elsewhere.
class JobContext::PartialMap final : public expression::LazyMap {
 public:
  PartialMap(const JobContext& context, Missing entry, Value here, int64_t loops)
      : context_(context), entry_(std::move(entry)), here_(std::move(here)), loops_(loops) {}
  Lookup get(std::string_view key) const override {
    const Value* found = here_.find(key);
    if (found == nullptr) {
      context_.missing_ = entry_;
      return Lookup::not_here();
    }
    if (loops_ <= 1) return Lookup::of(*found);
    context_.nested_.push_back(std::make_unique<PartialMap>(context_, entry_, *found, loops_ - 1));
    return Lookup::of(*context_.nested_.back());
  }
  std::optional<Value> materialize() const override {
    context_.missing_ = entry_;
    return std::nullopt;
  }

 private:
  const JobContext& context_;
  Missing entry_;
  Value here_;
  int64_t loops_;
};

/// Root `outputs` or `tasks`: entries by the ids of tasks.
class JobContext::ByTask final : public expression::LazyMap {
 public:
  ByTask(const JobContext& context, std::string root, std::string_view partial)
      : context_(context), root_(std::move(root)) {
    const Value* parts = context.roots_.find(partial);
    if (parts == nullptr || !parts->is_map()) return;
    for (const auto& entry : parts->entries()) {
      if (entry.value.is_integer()) partial_.emplace(entry.name(), entry.value.as_integer());
    }
  }

  Lookup get(std::string_view key) const override {
    const Value* all = context_.roots_.find(root_);
    const Value* found = all == nullptr ? nullptr : all->find(key);
    auto partial = partial_.find(key);
    if (partial == partial_.end()) return found == nullptr ? Lookup::none() : Lookup::of(*found);
    if (partial->second == 0) {
      if (found != nullptr) return Lookup::of(*found);
      context_.missing_ = missing(partial->first);
      return Lookup::not_here();
    }
    context_.nested_.push_back(std::make_unique<PartialMap>(
        context_, missing(partial->first), found == nullptr ? Value::empty_map() : *found, partial->second));
    return Lookup::of(*context_.nested_.back());
  }

  std::optional<Value> materialize() const override {
    if (!partial_.empty()) {
      context_.missing_ = missing(partial_.begin()->first);
      return std::nullopt;
    }
    const Value* all = context_.roots_.find(root_);
    return all == nullptr ? Value::empty_map() : *all;
  }

  std::vector<std::string> names(size_t limit) const override {
    std::vector<std::string> ids;
    const Value* known = root_ == "outputs" ? context_.roots_.find(engine::known_tasks_root) : nullptr;
    if (known == nullptr || !known->is_list()) return ids;
    for (const Value& id : known->items().first(std::min(limit, known->size()))) ids.emplace_back(id.text());
    return ids;
  }

  void forget(const std::string& task) { partial_.erase(task); }

 private:
  Missing missing(const std::string& task) const { return {root_, task, partial_.at(task)}; }

  const JobContext& context_;
  std::string root_;
  std::map<std::string, int64_t, std::less<>> partial_;  // with the number of loops around the task
};

JobContext::JobContext(Value roots)
    : roots_(std::move(roots)),
      outputs_(std::make_unique<ByTask>(*this, "outputs", engine::partial_root)),
      tasks_(std::make_unique<ByTask>(*this, "tasks", engine::partial_states_root)) {}

JobContext::~JobContext() = default;

std::optional<JobContext::Missing> JobContext::missing() const { return missing_; }

Lookup JobContext::root(std::string_view name) const {
  const Value* found = roots_.find(name);
  if (found == nullptr || is_hidden(name)) return Lookup::none();
  if (name == "outputs") return Lookup::of(*outputs_);
  if (name == "tasks") return Lookup::of(*tasks_);
  return Lookup::of(*found);
}

std::vector<std::string> JobContext::root_names() const {
  std::vector<std::string> names;
  if (!roots_.is_map()) return names;
  for (const auto& entry : roots_.entries()) {
    if (!is_hidden(entry.name())) names.emplace_back(entry.name());
  }
  return names;
}

namespace {

/// The complete value, with the entries that are already here: these are at least as new.
Value laid_over(const Value& whole, const Value& here, int64_t levels) {
  if (levels <= 0 || !whole.is_map() || !here.is_map()) return here;
  base::MapBuilder all(whole);
  for (const auto& entry : here.entries()) {
    const Value* below = all.find(entry.name());
    all.set(entry.key, below == nullptr ? entry.value : laid_over(*below, entry.value, levels - 1));
  }
  return all.build();
}

}  // namespace

void JobContext::complete(const Missing& part, Value whole) {
  base::MapBuilder roots(roots_);
  const Value* before = roots_.find(part.root);
  base::MapBuilder all(before == nullptr ? Value::empty_map() : *before);
  const Value* here = all.find(part.task);
  if (here != nullptr) whole = laid_over(whole, *here, part.loops);
  all.set(part.task, std::move(whole));
  roots.set(part.root, all.build());
  roots_ = roots.build();
  (part.root == "outputs" ? *outputs_ : *tasks_).forget(part.task);
  missing_.reset();
}

}  // namespace gyr::worker
