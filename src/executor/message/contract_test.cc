// A message of a partition that does not say everything about itself does not compile.
#include "executor/message/contract.h"

#include <gtest/gtest.h>

#include <variant>

#include "executor/message/message.h"

namespace gyr::executor {
namespace {

struct Whole {
  using Answer = void;
  static constexpr bool is_in_rows = true;
  void apply(Turn&) {}
  base::Id target() const { return {}; }
  bool hold_back(Turn&) { return false; }
  bool undo(Turn&) { return true; }
  void give_up(Turn&, const GivenUp&) {}
  void refuse(const base::Error&) {}
  base::Id suspect() const { return {}; }
  const model::FlowKey* creates_for() const { return nullptr; }
};
struct WithoutApply : Whole {
  void apply(Turn&) = delete;
};
struct WithoutTarget : Whole {
  base::Id target() const = delete;
};
struct WithoutHoldBack : Whole {
  bool hold_back(Turn&) = delete;
};
struct WithoutUndo : Whole {
  bool undo(Turn&) = delete;
};
struct WithoutGiveUp : Whole {
  void give_up(Turn&, const GivenUp&) = delete;
};
struct WithoutRefuse : Whole {
  void refuse(const base::Error&) = delete;
};
struct NeverSaysWhetherItIsUndone : Whole {
  void undo(Turn&) {}
};

static_assert(PartitionMessage<Whole>);
static_assert(!PartitionMessage<WithoutApply> && !PartitionMessage<WithoutTarget> &&
              !PartitionMessage<WithoutHoldBack> && !PartitionMessage<WithoutUndo> &&
              !PartitionMessage<WithoutGiveUp> && !PartitionMessage<WithoutRefuse> &&
              !PartitionMessage<NeverSaysWhetherItIsUndone>);

TEST(MessageContract, MessagesThatOnlyMemoryHasAreNotExpectedInTheRows) {  // principle: recovery
  const Message command = CommandMessage{KillExecution{}, nullptr};
  EXPECT_FALSE(is_in_rows(command));
  EXPECT_FALSE(is_in_rows(WorkerMessage{{}, engine::Drive{}, {}}));
  EXPECT_FALSE(is_in_rows(QuarantineMessage{}));
  EXPECT_FALSE(is_in_rows(FailMessage{}));
  EXPECT_FALSE(is_in_rows(TriggerReported{}));
  EXPECT_TRUE(is_in_rows(InboxHint{}));
  EXPECT_TRUE(is_in_rows(WakeMessage{}));
  EXPECT_TRUE(is_in_rows(RecoverMessage{}));
}

TEST(MessageContract, ACommandSaysWhatItIsAbout) {  // EXEC-80
  const base::Id id = base::make_id(base::Instant::of_millis(1));
  EXPECT_EQ(target_of(CommandMessage{KillExecution{id}, nullptr}), id);
  EXPECT_EQ(flow_of(Command(KillExecution{id})), nullptr);
  SaveFlow save;
  save.row.key = {"main", "company.team", "flow"};
  const Command about_flow = save;
  ASSERT_NE(flow_of(about_flow), nullptr);
  EXPECT_EQ(flow_of(about_flow)->id, "flow");
  EXPECT_TRUE(execution_of(about_flow).is_none());
}

}  // namespace
}  // namespace gyr::executor
