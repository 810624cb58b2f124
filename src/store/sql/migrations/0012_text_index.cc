// The index of text in executions (docs/architecture/store.md).
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

// text_blocks: the executions with numbers from `first` to `last` are in a block; runs: which bit is whose.
// text_slices: id is the number of a bit of signatures * 2^32 + the block; bits: that bit of each execution, in words
// of 64 with the lowest bit first. Slices whose block has no row in text_blocks mean nothing and are removed.
// text_changes: executions in blocks whose labels have changed since.
constexpr std::string_view text_index_schema = R"sql(
CREATE TABLE text_blocks(number INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, runs BLOB NOT NULL) STRICT;
CREATE TABLE text_slices(id INTEGER PRIMARY KEY, bits BLOB NOT NULL) STRICT;
CREATE TABLE text_changes(change INTEGER PRIMARY KEY, execution INTEGER NOT NULL) STRICT;
)sql";

}  // namespace

const Step step_0012{12, "text-index", text_index_schema, {}};

}  // namespace gyr::store::migrations
