#include "cli/sarif_run.h"

namespace gyr::cli {

using base::Value;

void SarifRun::add(const std::vector<syntax::Diagnostic>& diagnostics, const std::string& file) {
  Value document = syntax::diagnostics_to_sarif(diagnostics, file);
  const Value& run = document.find("runs")->items().front();
  const Value* rules = run.find_path({"tool", "driver", "rules"});
  for (const Value& result : run.find("results")->items()) {
    base::MapBuilder moved(result);
    if (const Value* index = result.find("ruleIndex")) {
      moved.set("ruleIndex", Value::integer(index_of(*rules->at(static_cast<size_t>(index->as_integer())))));
    }
    results_.push(moved.build());
  }
  if (frame_.is_null()) frame_ = document;
}

Value SarifRun::build() {
  if (frame_.is_null()) frame_ = syntax::diagnostics_to_sarif({}, "");
  base::MapBuilder run(frame_.find("runs")->items().front());
  base::MapBuilder driver(*run.find("tool")->find("driver"));
  driver.set("rules", rules_.build());
  run.set("tool", Value::map({{"driver", driver.build()}}));
  run.set("results", results_.build());
  base::MapBuilder document(frame_);
  document.set("runs", Value::list({run.build()}));
  return document.build();
}

int64_t SarifRun::index_of(const Value& rule) {
  std::string id(rule.find("id")->text());
  auto [found, fresh] = indexes_.try_emplace(std::move(id), static_cast<int64_t>(rules_.size()));
  if (fresh) rules_.push(rule);
  return found->second;
}

}  // namespace gyr::cli
