// Blueprints: ready-made flows for users (API-112). They are part of the program, so that servers without internet
// access have them: the examples, which the tests run.
#pragma once

#include <variant>

#include "web/flows/graph_values.h"
#include "web/http/request.h"
#include "web/http/route.h"
#include "web/http/typed.h"
#include "web/plugins/values.h"

namespace gyr::web {

using BlueprintsOrOne = std::variant<Paged<json::Blueprint>, Redirect>;
/// A page without the sources, by title; `q` is searched in title, description and tasks. There are only blueprints of
/// the kind `flow`; kinds are known in either case of letters. The id of a blueprint in place of the kind: the
/// address of this blueprint (API-5).
base::Task<base::Result<BlueprintsOrOne>> search_blueprints(Request* request);
/// The id and the title of each, by title.
std::vector<std::pair<std::string, std::string>> blueprint_titles(const plugin::Registry& registry);
/// A blueprint with its source.
base::Task<base::Result<json::Blueprint>> get_blueprint(Request* request);
/// Only its source, as YAML.
base::Task<Outcome> get_blueprint_source(Request* request);
/// Its graph, in the form of the graph of a flow.
base::Task<base::Result<json::FlowGraph>> get_blueprint_graph(Request* request);
/// All tags: the groups of the types that blueprints use.
base::Task<base::Result<std::vector<json::BlueprintTag>>> list_blueprint_tags(Request* request);

}  // namespace gyr::web
