// Revisions of flows that are drafts. The current revision of a flow is then not always the newest one.
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

constexpr std::string_view drafts_schema = R"sql(
ALTER TABLE flows ADD COLUMN draft INTEGER NOT NULL DEFAULT 0;
ALTER TABLE owners ADD COLUMN newest INTEGER NOT NULL DEFAULT 0;
UPDATE owners SET newest=revision WHERE kind=2;
)sql";

}  // namespace

const Step step_0015{15, "drafts", drafts_schema, {}};

}  // namespace gyr::store::migrations
