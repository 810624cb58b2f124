// Ready flows that people start from (API-112). They are part of the program, so that servers without the internet have
// them: the examples, which the tests run.
#pragma once

#include "web/request.h"
#include "web/route.h"

namespace gyr::web {

/// A page of `{id, title, description, includedTasks, tags}`, by title; `q` is looked for in title, description and
/// tasks. Other kinds than `flow` have none.
base::Task<Outcome> search_blueprints(Request* request);
/// One with its source.
base::Task<Outcome> get_blueprint(Request* request);
/// Its source alone, as YAML.
base::Task<Outcome> get_blueprint_source(Request* request);
/// Its graph, as that of a flow.
base::Task<Outcome> get_blueprint_graph(Request* request);
/// `[{id, name}]` of all tags: the groups of the types that blueprints use.
base::Task<Outcome> list_blueprint_tags(Request* request);

}  // namespace gyr::web
