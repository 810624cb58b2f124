// Flows and namespaces.
#include <algorithm>

#include "store/sql/record.h"
#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {
namespace {

constexpr std::string_view sortable_flow_fields[] = {"id", "namespace"};
enum FlowField : size_t { by_flow_id, by_flow_namespace };

/// The conditions of a query on the row of a flow.
struct FlowMatcher {
  ScopeFilter scope;
  LabelMatcher labels;
  PieceConditions texts;
  PieceMatcher source_text;
  std::vector<FlowMatcher> any_of = {};

  static base::Result<FlowMatcher> compile(const FlowQuery& query) {
    GYR_TRY(auto scope, compile_scope(query));
    GYR_TRY(auto labels, LabelMatcher::compile(query.labels));
    GYR_TRY(auto texts, PieceConditions::compile(query.text, query.not_texts));
    GYR_TRY(auto source_text, PieceMatcher::compile(query.source_text));
    FlowMatcher matcher{std::move(scope), std::move(labels), std::move(texts), std::move(source_text)};
    for (const FlowQuery& alternative : query.any_of) {
      GYR_TRY(auto one, compile(alternative));
      matcher.any_of.push_back(std::move(one));
    }
    return matcher;
  }
  bool needs_row() const {
    return !labels.accepts_all() || !texts.accepts_all() || !source_text.accepts_all() || !any_of.empty();
  }
  bool matches(const FlowRow& flow) const {
    const bool itself =
        labels.matches(flow.labels) && source_text.in(flow.source) && texts.hold([&flow](const PieceMatcher& piece) {
          return piece.in(flow.key.id) || piece.in(flow.key.namespace_) || piece.in(flow.description) ||
                 piece.in_any(flow.labels);
        });
    return itself && (any_of.empty() || std::ranges::any_of(any_of, [&flow](const FlowMatcher& one) {
                        return one.scope.namespaces.matches(flow.key.namespace_) &&
                               one.scope.flow_ids.matches(flow.key.id) && one.matches(flow);
                      }));
  }
};

struct Candidate {
  int64_t flow;
  std::string namespace_;
  std::string id;
};

}  // namespace

base::Result<FlowRow> SqliteReader::read_flow(Query& row, const model::FlowKey& key) {
  FlowRow flow;
  flow.key = key;
  flow.revision = static_cast<int32_t>(row.integer(0));
  flow.deleted = row.integer(1) != 0;
  flow.disabled = row.integer(2) != 0;
  flow.updated = base::Instant::of_micros(row.integer(3));
  GYR_TRY(flow.labels, decode_labels(row.blob(4)));
  flow.description = row.blob(5);
  flow.exception = row.blob(6);
  flow.source = row.blob(7);
  flow.draft = row.integer(8) != 0;
  flow.newest = static_cast<int32_t>(row.integer(9));
  return flow;
}

base::Result<std::optional<FlowRow>> SqliteReader::flow(const model::FlowKey& key, int32_t revision) {
  return ask([&]() -> base::Result<std::optional<FlowRow>> {
    Query row = main_->query(
        "SELECT f.revision, f.deleted, f.disabled, f.updated, f.labels, f.description, f.exception, f.source, f.draft, "
        "o.newest "
        "FROM owners o JOIN flows f ON f.flow=o.number AND f.revision=CASE ?4 WHEN 0 THEN o.revision ELSE ?4 END "
        "WHERE o.tenant=?1 AND o.kind=2 AND o.namespace=?2 AND o.flow=?3");
    row.bind(key.tenant, key.namespace_, key.id, revision);
    if (row.next()) return read_flow(row, key);
    GYR_CHECK(row.finish());
    return std::nullopt;
  });
}

base::Result<std::vector<FlowRow>> SqliteReader::flow_revisions(const model::FlowKey& key) {
  return ask([&]() -> base::Result<std::vector<FlowRow>> {
    Query rows = main_->query(
        "SELECT f.revision, f.deleted, f.disabled, f.updated, f.labels, f.description, f.exception, f.source, f.draft, "
        "o.newest "
        "FROM owners o JOIN flows f ON f.flow=o.number WHERE o.tenant=? AND o.kind=2 AND o.namespace=? AND o.flow=? "
        "ORDER BY f.revision");
    rows.bind(key.tenant, key.namespace_, key.id);
    std::vector<FlowRow> revisions;
    while (rows.next()) {
      GYR_TRY(auto flow, read_flow(rows, key));
      revisions.push_back(std::move(flow));
    }
    GYR_CHECK(rows.finish());
    return revisions;
  });
}

base::Result<Page<FlowRow>> SqliteReader::search_flows(const FlowQuery& query) {
  return ask([&]() -> base::Result<Page<FlowRow>> {
    GYR_TRY(uint64_t offset, offset_of(query.paging));
    GYR_TRY(auto order, order_fields(query.order, sortable_flow_fields));
    GYR_TRY(const auto matcher, FlowMatcher::compile(query));

    std::vector<Candidate> candidates;
    GYR_CHECK(for_each_flow(
        *main_, matcher.scope,
        [&](int64_t flow, std::string_view namespace_, std::string_view id) {
          if (query.after && std::tie(namespace_, id) <= std::tie(query.after->first, query.after->second)) return;
          candidates.push_back({flow, std::string(namespace_), std::string(id)});
        },
        query.after ? std::string_view(query.after->first) : std::string_view()));
    std::sort(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
      for (size_t i = 0; i < order.size(); ++i) {
        const std::string& left = order[i] == by_flow_id ? a.id : a.namespace_;
        const std::string& right = order[i] == by_flow_id ? b.id : b.namespace_;
        if (left != right) return query.order[i].descending ? left > right : left < right;
      }
      return std::tie(a.namespace_, a.id) < std::tie(b.namespace_, b.id);
    });

    Page<FlowRow> page;
    Query row = main_->query(
        "SELECT f.revision, f.deleted, f.disabled, f.updated, f.labels, f.description, f.exception, f.source, f.draft, "
        "o.newest "
        "FROM owners o JOIN flows f ON f.flow=o.number AND f.revision=o.revision WHERE o.number=? AND o.deleted=0");
    const bool needs_row = !query.drafts || matcher.needs_row();
    Query there = main_->query("SELECT 1 FROM owners WHERE number=? AND revision>0 AND deleted=0");
    for (const auto& candidate : candidates) {
      bool on_page = page.total >= offset && page.results.size() < query.paging.size;
      Query& look = needs_row || on_page ? row : there;
      look.bind(candidate.flow);
      bool found = look.next();
      if (found && (needs_row || on_page)) {
        GYR_TRY(auto flow, read_flow(row, {query.tenant, candidate.namespace_, candidate.id}));
        found = (query.drafts || !flow.draft) && matcher.matches(flow);
        if (found && on_page) page.results.push_back(std::move(flow));
      }
      GYR_CHECK(look.finish());
      look.again();
      page.total += found ? 1 : 0;
      if (page.results.size() == query.paging.size && page.total > query.paging.count_limit) {
        page.total_is_exact = false;
        break;
      }
    }
    return page;
  });
}

base::Result<std::vector<FlowRow>> SqliteReader::flows_holding(std::span<const std::string_view> pieces) {
  return ask([&]() -> base::Result<std::vector<FlowRow>> {
    std::vector<FlowRow> found;
    Query rows = main_->query(
        "SELECT f.revision, f.deleted, f.disabled, f.updated, f.labels, f.description, f.exception, f.source, f.draft, "
        "o.newest, f.flow "
        "FROM owners o JOIN flows f ON f.flow=o.number AND f.revision=o.revision WHERE o.kind=2 AND o.revision>0 AND "
        "o.deleted=0");
    while (rows.next()) {
      const std::string_view source = rows.blob(7);
      if (std::ranges::none_of(pieces, [source](std::string_view piece) { return source.find(piece) != source.npos; }))
        continue;
      GYR_TRY(auto key, names_.key(rows.integer(10)));
      GYR_TRY(auto flow, read_flow(rows, *key));
      found.push_back(std::move(flow));
    }
    GYR_CHECK(rows.finish());
    return found;
  });
}

base::Result<std::vector<std::string>> SqliteReader::namespaces(const Visible& visible, std::string_view tenant) {
  return ask([&]() -> base::Result<std::vector<std::string>> {
    Query rows = main_->query(
        "SELECT DISTINCT namespace FROM owners WHERE tenant=? AND kind=2 AND namespace>=? AND revision>0 AND "
        "deleted=0 ORDER BY namespace");
    std::vector<std::string> names;
    GYR_CHECK(for_visible_rows(visible, tenant, rows, 0, [&](Query& row) -> base::Result<void> {
      names.emplace_back(row.text(0));
      return {};
    }));
    return names;
  });
}

}  // namespace gyr::store::sqlite
