// Documents of the server and of its users (store/api/documents.h).
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

constexpr std::string_view documents_schema = R"sql(
CREATE TABLE documents(
  kind TEXT NOT NULL, key TEXT NOT NULL, revision INTEGER NOT NULL, updated INTEGER NOT NULL, expires INTEGER, content BLOB NOT NULL,
  PRIMARY KEY(kind, key)) STRICT;
CREATE INDEX documents_expiring ON documents(expires) WHERE expires IS NOT NULL;
)sql";

}  // namespace

const Step step_0014{14, "documents", documents_schema, {}};

}  // namespace gyr::store::migrations
