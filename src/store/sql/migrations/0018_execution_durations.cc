// Lists in order of duration and of end. Only ended executions have a duration: those that run cost nothing here.
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

constexpr std::string_view execution_durations_schema = R"sql(
CREATE INDEX executions_by_duration ON executions(flow, lane, duration, started) WHERE duration IS NOT NULL;
)sql";

}  // namespace

const Step step_0018{18, "execution durations", execution_durations_schema, {}};

}  // namespace gyr::store::migrations
