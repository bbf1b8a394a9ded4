package auditbeam

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// A cluster is a runner that loses work: it runs the functions of the pipeline
// bundle by bundle, as runners do, on workers that fail at any moment, and
// tries again; some bundles it runs twice and takes one of the results. What is
// handed on goes through the coder.
type cluster struct {
	t    *testing.T
	rnd  *rand.Rand
	site *Site
	lost int // bundles
}

var errWorker = errors.New("the worker is gone")

// attempt runs a bundle until it succeeds. Work that a failed worker did is
// lost, whether it was all of the bundle or a part.
func (c *cluster) attempt(bundle func() ([]byte, error)) []byte {
	for range 100 {
		data, err := bundle()
		if err != nil && !errors.Is(err, errWorker) && !errors.Is(err, errFlaky) {
			c.t.Fatal(err)
		}
		if err == nil && c.rnd.IntN(4) > 0 {
			return data
		}
		c.lost++
	}
	c.t.Fatal("no attempt succeeds")
	return nil
}

// count counts the files of a bundle, and merges them on the worker.
func (c *cluster) count(names []string) []byte {
	return c.attempt(func() ([]byte, error) {
		count, merge := newCountFn(c.site, Reading{}), &mergeFn{Site: c.site}
		if err := errors.Join(count.Setup(context.Background()), merge.Setup(context.Background())); err != nil {
			return nil, err
		}
		sum := merge.CreateAccumulator()
		for _, name := range names {
			if c.rnd.IntN(10) == 0 {
				return nil, errWorker
			}
			if c.rnd.IntN(10) == 0 {
				failures.left[filepath.Base(name)]++ // in the middle of the file
			}
			_, counts, err := count.ProcessElement(context.Background(), flaky+name)
			if err == nil {
				sum, err = merge.MergeAccumulators(sum, counts)
			}
			if err != nil {
				return nil, err
			}
		}
		return encode(sum)
	})
}

// merge merges what workers sent, on another worker.
func (c *cluster) merge(parts [][]byte) []byte {
	return c.attempt(func() ([]byte, error) {
		merge := &mergeFn{Site: c.site}
		if err := merge.Setup(context.Background()); err != nil {
			return nil, err
		}
		sum := merge.CreateAccumulator()
		for _, data := range parts {
			if c.rnd.IntN(10) == 0 {
				return nil, errWorker
			}
			counts, err := decode(data)
			if err == nil {
				sum, err = merge.MergeAccumulators(sum, counts)
			}
			if err != nil {
				return nil, err
			}
		}
		return encode(sum)
	})
}

// run divides the files into bundles, and merges by a tree, both at random.
func (c *cluster) run(names []string) *Counts {
	c.rnd.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var parts [][]byte
	for len(names) > 0 {
		n := 1 + c.rnd.IntN(min(len(names), 6))
		parts = append(parts, c.count(names[:n]))
		if c.rnd.IntN(5) == 0 { // run on two workers: one of the results is taken
			parts[len(parts)-1] = c.count(names[:n])
		}
		names = names[n:]
	}
	for len(parts) > 1 {
		c.rnd.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		n := 2 + c.rnd.IntN(min(len(parts), 5)-1)
		parts = append(parts[n:], c.merge(parts[:n]))
	}
	counts, err := decode(parts[0])
	if err != nil {
		c.t.Fatal(err)
	}
	return counts
}

// TestRetries: workers that fail and are tried again change no finding.
func TestRetries(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, x := range []struct {
		site   *Site
		logs   []logLines
		rounds int
	}{
		{tokyo(t), []logLines{readLog(t, "conn.log", 7), readLog(t, "firewall.csv", 1)}, 20},
		{manyHosts(t), randomLogs(rnd, 10_000), 3},
	} {
		want, lost := alone(t, x.site, x.logs), 0
		for range x.rounds {
			names, err := filepath.Glob(split(t, rnd, x.logs, 20) + "/*")
			if err != nil {
				t.Fatal(err)
			}
			c := &cluster{t: t, rnd: rnd, site: x.site}
			outcomeOfCounts(t, x.site, c.run(names)).check(t, want)
			lost += c.lost
		}
		if lost == 0 {
			t.Error("no worker failed")
		}
	}
}

// killedDir is the variable that makes the test's program one to be killed: the
// folder of its logs, of which it waits in the middle of zzz.log.
const killedDir = "PORTBOOK_TEST_KILLED"

func beKilled(dir string) {
	site, err := ReadSite(os.DirFS("../.."), "examples/site/tokyo.yaml", time.Time{})
	if err == nil {
		failures.left["zzz.log"], failures.wait = 1, filepath.Join(dir, "waiting")
		_, err = run(site, Reading{}, filepath.Join(dir, "counts"), flaky+dir+"/*.log*")
	}
	panic(err) // it should have waited
}

// TestKilled: the process of a job is killed while it reads logs, and there is
// no result; the job that is started again in its place has the findings of one
// process.
func TestKilled(t *testing.T) {
	site, logs := tokyo(t), []logLines{readLog(t, "conn.log", 7)}
	dir := split(t, rand.New(rand.NewPCG(7, 8)), logs, 5)
	if err := os.WriteFile(filepath.Join(dir, "zzz.log"), []byte(logs[0].head), 0o644); err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	first := exec.Command(program)
	first.Env = append(os.Environ(), killedDir+"="+dir)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	for range 600 {
		if _, err = os.Stat(filepath.Join(dir, "waiting")); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	first.Process.Kill()
	first.Wait()
	if err != nil {
		t.Fatal("it did not begin to read")
	}
	result := filepath.Join(dir, "counts")
	if _, err := os.Stat(result); err == nil {
		t.Error("there is a result")
	}
	counts, err := run(site, Reading{}, result, dir+"/*.log*")
	if err != nil {
		t.Fatal(err)
	}
	outcomeOfCounts(t, site, counts).check(t, alone(t, site, logs))
}
