// What a module must not do: the test beside it checks that it would be caught.
Date.now()
Math.random()
clearTimeout(setTimeout(() => {}))
