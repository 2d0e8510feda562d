using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Laws;

/// <summary>What happens to the worker must not show in what comes out: not one byte.</summary>
public sealed class StateLaws
{
    [Fact]
    public void Any_cut_into_batches_and_transactions_gives_the_same_bytes()
    {
        Cases.Check(1500, random =>
        {
            var sets = RandomWorld.Sets(random);
            var log = RandomWorld.Log(random, sets);
            var host = new AssemblyHost(sets, log);
            while (!host.AtEnd)
            {
                host.Step(Math.Min(random.Next(1, 12), log.Count - host.Position), checkpoint: random.Chance(0.2), batches: random.Next(1, 4));
            }

            Assert.Equal(AssemblyHost.Run(sets, log), host.Output);
        });
    }

    [Fact]
    public void Rule_14_a_transaction_that_is_undone_leaves_no_trace()
    {
        Cases.Check(1500, random =>
        {
            var sets = RandomWorld.Sets(random);
            var log = RandomWorld.Log(random, sets);
            var host = new AssemblyHost(sets, log);
            while (!host.AtEnd)
            {
                while (random.Chance(0.5))
                {
                    host.Fail(Math.Min(random.Next(0, 25), log.Count - host.Position), checkpoint: random.Chance(0.3));
                }

                host.Step(Math.Min(random.Next(1, 12), log.Count - host.Position), checkpoint: random.Chance(0.2));
            }

            Assert.Equal(AssemblyHost.Run(sets, log), host.Output);
        });
    }

    [Fact]
    public void Rules_15_to_17_a_restart_at_any_point_from_any_checkpoint_gives_the_same_bytes_and_counters()
    {
        Cases.Check(1500, random =>
        {
            var sets = RandomWorld.Sets(random);
            var log = RandomWorld.Log(random, sets);
            var host = new AssemblyHost(sets, log);
            while (!host.AtEnd)
            {
                host.Step(Math.Min(random.Next(1, 12), log.Count - host.Position), checkpoint: random.Chance(0.3));
                if (random.Chance(0.4))
                {
                    host.Restart(random.Next(1, 20), order: random);
                }
            }

            Assert.Equal(AssemblyHost.Run(sets, log), host.Output);
        });
    }

    [Fact]
    public void Rules_14_to_17_failures_and_restarts_in_any_order_give_the_same_bytes()
    {
        Cases.Check(1000, random =>
        {
            var sets = RandomWorld.Sets(random);
            var log = RandomWorld.Log(random, sets, length: 120);
            var host = new AssemblyHost(sets, log);
            while (!host.AtEnd)
            {
                switch (random.Next(4))
                {
                    case 0:
                        host.Fail(Math.Min(random.Next(0, 25), log.Count - host.Position), checkpoint: random.Chance(0.5));
                        break;
                    case 1:
                        host.Restart(random.Next(1, 20), order: random);
                        break;
                    default:
                        host.Step(Math.Min(random.Next(1, 12), log.Count - host.Position), checkpoint: random.Chance(0.3), batches: 2);
                        break;
                }
            }

            Assert.Equal(AssemblyHost.Run(sets, log), host.Output);
        });
    }

    [Fact]
    public void Rule_15_a_checkpoint_holds_only_what_changed_since_the_last()
    {
        var sets = new[] { Some.Set() };
        var log = Enumerable.Range(0, 100).Select(i => (Entry)Some.Reading($"e{i}", 1000 + i)).Append(Some.Reading("e7", 1200)).ToList();
        var host = new AssemblyHost(sets, log);
        host.Step(100, checkpoint: true);
        Assert.Equal(101, host.PieceCount);
        var pieces = new CountingWriter();
        host.Step(1);
        host.Filter.Checkpoint(3, host.Position, pieces);
        Assert.Equal(2, pieces.Puts);
        host.Filter.Rollback();
        pieces = new CountingWriter();
        host.Filter.Checkpoint(3, host.Position, pieces);
        Assert.Equal(2, pieces.Puts);
        host.Filter.Commit();
        pieces = new CountingWriter();
        host.Filter.Checkpoint(3, host.Position, pieces);
        Assert.Equal(1, pieces.Puts);
    }

    [Fact]
    public void Rule_19_another_content_of_a_known_version_is_refused_with_what_to_do()
    {
        var host = new AssemblyHost([Some.Set()], [Some.Reading("e", 1000), Some.Reading("e", 1001)]);
        host.Step(1, checkpoint: true);
        var fault = Assert.Throws<InvalidDataException>(() => host.Restart(sets: [Some.Set() with { Grace = 5 }]));
        Assert.Contains("Feature set s:1", fault.Message, StringComparison.Ordinal);
        Assert.Contains("another version", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_that_is_added_runs_from_the_first_live_record_and_survives_a_crash_before_the_next_planned_checkpoint()
    {
        Cases.Check(500, random =>
        {
            var first = RandomWorld.Set(random, 0, bounded: true);
            var second = RandomWorld.Set(random, 2, bounded: true);
            var log = RandomWorld.Log(random, [first, second]);
            var host = new AssemblyHost([first], log);
            host.Step(20, checkpoint: true);
            host.Restart(sets: [first, second]);
            var added = host.Position;
            while (!host.AtEnd)
            {
                host.Step(Math.Min(random.Next(1, 12), log.Count - host.Position));
                if (random.Chance(0.4))
                {
                    host.Restart();
                }
            }

            var alone = new AssemblyHost([first], log).RunToEnd();
            Assert.Equal(alone.Where(given => given.Topic == 0), host.Output.Where(given => given.Topic == 0 && given.Vector().FeatureSet == first.Name));
            Assert.All(host.Output.Where(given => given.Topic == 0 && given.Vector().FeatureSet == second.Name), given => Assert.True(given.Vector().FirstOffset >= added));
        });
    }

    [Fact]
    public void A_set_that_is_taken_away_leaves_the_others_alone_and_its_pieces_go()
    {
        Cases.Check(300, random =>
        {
            var (first, second) = (RandomWorld.Set(random, 0, bounded: true), RandomWorld.Set(random, 2, bounded: true));
            var log = RandomWorld.Log(random, [first, second]);
            var host = new AssemblyHost([first, second], log);
            host.Step(30, checkpoint: true);
            host.Restart(sets: [first]);
            host.Step(5, checkpoint: true);
            host.Restart();
            host.RunToEnd();
            var alone = new AssemblyHost([first], log).RunToEnd();
            Assert.Equal(alone.Where(given => given.Topic == 0), host.Output.Where(given => given.Topic == 0 && given.Vector().FeatureSet == first.Name));
        });
    }
}
