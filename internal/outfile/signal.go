package outfile

import (
	"os"
	"os/signal"
	"slices"
	"sync"
)

// removeOnSignal removes a file when a signal ends the process. The returned
// function ends the watch.
func removeOnSignal(name string) (stop func()) {
	signals := make(chan os.Signal, 1)
	done := make(chan struct{})
	watched := slices.DeleteFunc(endings(), signal.Ignored) // as with nohup
	if len(watched) > 0 {                                   // none would mean all
		signal.Notify(signals, watched...)
	}
	go func() {
		select {
		case sig := <-signals:
			os.Remove(name)
			signal.Reset()
			dieOf(sig)
		case <-done:
		}
	}()
	return sync.OnceFunc(func() {
		signal.Stop(signals)
		close(done)
	})
}
