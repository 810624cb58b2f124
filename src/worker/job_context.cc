#include "worker/job_context.h"

#include "engine/context.h"

namespace gyr::worker {

using base::Value;
using expression::Lookup;

namespace {

/// What travels with a context and is no name of it.
bool is_hidden(std::string_view root) { return root == engine::partial_root || root == engine::known_tasks_root; }

}  // namespace

/// Part of the outputs of one task, below some of its values: what is not here may be elsewhere.
class JobContext::PartialMap final : public expression::LazyMap {
 public:
  PartialMap(const JobContext& context, Value here, int64_t loops)
      : context_(context), here_(std::move(here)), loops_(loops) {}
  Lookup get(std::string_view key) const override {
    const Value* found = here_.find(key);
    if (found == nullptr) return Lookup::not_here();
    if (loops_ <= 1) return Lookup::of(*found);
    context_.nested_.push_back(std::make_unique<PartialMap>(context_, *found, loops_ - 1));
    return Lookup::of(*context_.nested_.back());
  }
  std::optional<Value> materialize() const override { return std::nullopt; }

 private:
  const JobContext& context_;
  Value here_;
  int64_t loops_;
};

class JobContext::Outputs final : public expression::LazyMap {
 public:
  explicit Outputs(const JobContext& context) : context_(context) {}
  Lookup get(std::string_view key) const override {
    const Value* outputs = context_.roots_.find("outputs");
    const Value* found = outputs == nullptr ? nullptr : outputs->find(key);
    if (found == nullptr) return Lookup::none();
    auto partial = context_.partial_.find(key);
    if (partial == context_.partial_.end()) return Lookup::of(*found);
    context_.nested_.push_back(std::make_unique<PartialMap>(context_, *found, partial->second));
    return Lookup::of(*context_.nested_.back());
  }
  std::optional<Value> materialize() const override {
    if (!context_.partial_.empty()) return std::nullopt;
    const Value* outputs = context_.roots_.find("outputs");
    return outputs == nullptr ? Value::empty_map() : *outputs;
  }
  std::vector<std::string> names(size_t limit) const override {
    std::vector<std::string> ids;
    const Value* known = context_.roots_.find(engine::known_tasks_root);
    if (known == nullptr || !known->is_list()) return ids;
    for (const Value& id : known->items().first(std::min(limit, known->size()))) ids.emplace_back(id.text());
    return ids;
  }

 private:
  const JobContext& context_;
};

JobContext::JobContext(Value roots) : roots_(std::move(roots)), outputs_(std::make_unique<Outputs>(*this)) {
  if (const Value* partial = roots_.find(engine::partial_root); partial != nullptr && partial->is_map()) {
    for (const auto& entry : partial->entries()) {
      if (entry.value.is_integer()) partial_.emplace(entry.name(), entry.value.as_integer());
    }
  }
}

std::optional<std::string> JobContext::first_partial() const {
  if (partial_.empty()) return std::nullopt;
  return partial_.begin()->first;
}

JobContext::~JobContext() = default;

Lookup JobContext::root(std::string_view name) const {
  const Value* found = roots_.find(name);
  if (found == nullptr || is_hidden(name)) return Lookup::none();
  if (name == "outputs") return Lookup::of(*outputs_);
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

/// The whole, with what is here already in its place: it is at least as new.
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

void JobContext::complete(std::string_view task, Value outputs) {
  base::MapBuilder roots(roots_);
  const Value* before = roots_.find("outputs");
  base::MapBuilder all(before == nullptr ? Value::empty_map() : *before);
  const Value* here = all.find(task);
  auto partial = partial_.find(task);
  if (here != nullptr && partial != partial_.end()) outputs = laid_over(outputs, *here, partial->second);
  all.set(task, std::move(outputs));
  roots.set("outputs", all.build());
  roots_ = roots.build();
  partial_.erase(std::string(task));
}

}  // namespace gyr::worker
