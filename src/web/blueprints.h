// Blueprints: ready-made flows for users (API-112). They are part of the program, so that servers without internet
// access have them: the examples, which the tests run.
#pragma once

#include "web/http/request.h"
#include "web/http/route.h"

namespace gyr::web {

/// A page of `{id, title, description, includedTasks, tags}`, by title; `q` is searched in title, description and
/// tasks. There are only blueprints of the kind `flow`.
base::Task<Outcome> search_blueprints(Request* request);
/// A blueprint with its source.
base::Task<Outcome> get_blueprint(Request* request);
/// Only its source, as YAML.
base::Task<Outcome> get_blueprint_source(Request* request);
/// Its graph, in the form of the graph of a flow.
base::Task<Outcome> get_blueprint_graph(Request* request);
/// `[{id, name}]` of all tags: the groups of the types that blueprints use.
base::Task<Outcome> list_blueprint_tags(Request* request);

}  // namespace gyr::web
